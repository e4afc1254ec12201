using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FollowerSync.Caches;

/// <summary>A connection to memcached and the three commands that are needed, in its text protocol. No maintained client for .NET is to be had as a package,
/// hence these lines. Keys and values must be visible ASCII; each command waits for its answer.</summary>
internal sealed class MemcachedConnection : IDisposable
{
    private const int LongestLine = 2_048;
    private const int LongestValue = 16 * 1024;

    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    private MemcachedConnection(TcpClient client)
    {
        _client = client;
        _stream = new BufferedStream(client.GetStream());
    }

    public static async Task<MemcachedConnection> OpenAsync(MemcachedAddress address, CancellationToken cancellationToken)
    {
        TcpClient client = new() { NoDelay = true };
        try
        {
            await client.ConnectAsync(address.Host, address.Port, cancellationToken);
            return new MemcachedConnection(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>The value and the number of its state, for <see cref="StoreAsync"/>; null when there is none.</summary>
    public async Task<(string Text, string State)?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        await SendAsync($"gets {key}\r\n", cancellationToken);
        string line = await ReadLineAsync(cancellationToken);
        if (line == "END")
            return null;
        string[] words = line.Split(' ');
        if (words is not ["VALUE", _, _, _, _] || !int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) || bytes > LongestValue)
            throw new InvalidDataException(CodeOf(line));

        byte[] value = new byte[bytes + 2];
        await _stream.ReadExactlyAsync(value, cancellationToken);
        return await ReadLineAsync(cancellationToken) == "END" ? (Encoding.Latin1.GetString(value, 0, bytes), words[4]) : throw new InvalidDataException("no END");
    }

    /// <summary>Puts a value in the place of the one whose state was read, or where there was none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">The value.</param>
    /// <param name="life">1 s to 30 days; more would be taken for a moment.</param>
    /// <param name="state">The state that was read; null = there must be no value.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>False when somebody else was faster.</returns>
    public async Task<bool> StoreAsync(string key, string text, TimeSpan life, string? state, CancellationToken cancellationToken)
    {
        long seconds = (long)life.TotalSeconds;
        string head = state is null ? FormattableString.Invariant($"add {key} 0 {seconds} {text.Length}") : FormattableString.Invariant($"cas {key} 0 {seconds} {text.Length} {state}");
        await SendAsync($"{head}\r\n{text}\r\n", cancellationToken);
        return await ReadLineAsync(cancellationToken) switch
        {
            "STORED" => true,
            "NOT_STORED" or "EXISTS" or "NOT_FOUND" => false,
            string other => throw new InvalidDataException(CodeOf(other)),
        };
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task SendAsync(string command, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(command), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (line.Length < LongestLine)
        {
            await _stream.ReadExactlyAsync(one, cancellationToken);
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        throw new InvalidDataException("a line without an end");
    }

    // The first word alone: what follows may repeat what was sent.
    private static string CodeOf(string line) => new([.. line.TakeWhile(letter => char.IsAsciiLetterUpper(letter) || letter == '_').Take(20)]);
}
