using System.Net;
using System.Net.Sockets;

namespace FollowerSync.Database.PrivateServer;

/// <summary>Ports of 127.0.0.1.</summary>
internal static class LoopbackPort
{
    public static bool IsFree(int port)
    {
        if (port == 0)
            return false;

        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static int FindFree()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
