using System.Net.Sockets;
using System.Text;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>Sends a request line as it is, which no client would, and reads the whole answer.</summary>
internal static class RawRequest
{
    /// <param name="server">Where to.</param>
    /// <param name="target">What stands between GET and the version; a letter above U+007F is sent as UTF-8.</param>
    /// <param name="headers">More header lines, each with its line end.</param>
    public static async Task<Answer> GetAsync(Uri server, string target, string headers = "Host: fs.example\r\n")
    {
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"GET {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"));
        using StreamReader reader = new(stream, Encoding.UTF8);
        string[] parts = (await reader.ReadToEndAsync()).Split("\r\n\r\n", 2);
        string[] lines = parts[0].Split("\r\n");
        return new Answer(
            lines[0].Length == 0 ? 0 : int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
            [.. lines.Skip(1).Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair.Length > 1 ? pair[1] : ""))],
            parts.Length > 1 ? parts[1] : "");
    }

    internal sealed record Answer(int Status, (string Name, string Value)[] Headers, string Body)
    {
        public string? Location => Headers.FirstOrDefault(header => header.Name.Equals("Location", StringComparison.OrdinalIgnoreCase)).Value;
    }
}
