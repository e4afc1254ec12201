using System.Net;
using System.Net.Sockets;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>Whether an address of this machine can be listened on.</summary>
internal static class LocalPort
{
    /// <summary>Null when it can, else why not. A host that is no address of this machine by number is not tried.</summary>
    public static Sentence? Obstacle(Uri url)
    {
        IPAddress? address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? parsed) ? parsed : null;
        if (address is null || url.Port == 0)
            return null;

        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, url.Port));
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AddressAlreadyInUse ? "another program uses the port" : Sentence.Foreign(exception.Message);
        }
    }
}
