using System.Globalization;
using FollowerSync.Languages;

namespace FollowerSync.Caches;

/// <summary>Where a memcached listens: <c>HOST:PORT</c>, or <c>HOST</c> for port 11211. It has no login.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Its port.</param>
internal sealed record MemcachedAddress(string Host, int Port)
{
    private const int UsualPort = 11211;

    /// <summary>Longest key memcached takes, in bytes.</summary>
    public const int LongestKey = 250;

    /// <summary>What the text has to be, when it is no address; null when it is.</summary>
    public static Sentence? Broken(string text) => Parsed(text) is null ? (Sentence)"must be the HOST:PORT of one memcached server, such as cache.example:11211" : null;

    public static MemcachedAddress? Parsed(string text)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > 0 && text.IndexOf(']', colon) < 0;
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = UsualPort;
        if (hasPort && !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return null;
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && port is > 0 and <= ushort.MaxValue ? new MemcachedAddress(host, port) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Memcached {Host}:{Port}");
}
