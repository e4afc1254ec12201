using FollowerSync.Languages;
using StackExchange.Redis;

namespace FollowerSync.Caches;

/// <summary>A connection string of StackExchange.Redis: <c>HOST:PORT,password=…,ssl=true</c>. It has a password in it, as a rule.</summary>
internal static class RedisAddress
{
    /// <summary>How long Redis may take to take a connection, and to answer. Who waits for more is better off without.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What the text has to be, when it is not a connection string; null when it is.</summary>
    public static Sentence? Broken(string text) => Parsed(text) is { EndPoints.Count: > 0 }
        ? null : (Sentence)"must be the address of a Redis server, such as cache.example:6379,password=…,ssl=true (a connection string of StackExchange.Redis, no redis:// address): addresses first, then parts with a name, and no comma in a password";

    /// <summary>The parts of it that nobody may see; the whole when it cannot be taken apart.</summary>
    public static IEnumerable<string> SecretsOf(string text) => Parsed(text) is { } options ? options.Password is { Length: > 0 } password ? [password] : [] : [text];

    /// <summary>Hosts and ports, for people.</summary>
    public static string Shown(string text) => Parsed(text) is { EndPoints.Count: > 0 } options
        ? $"Redis {string.Join(" and ", options.EndPoints.Select(Shown))}{(options.DefaultDatabase is { } number and not 0 ? FormattableString.Invariant($"/{number}") : "")}" : "Redis";

    /// <summary>For connecting: one try, which ends soon, and says why it failed.</summary>
    public static ConfigurationOptions ForConnecting(string text)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(text);
        options.ClientName ??= "followersync";
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        options.ConnectTimeout = Math.Min(options.ConnectTimeout, (int)Patience.TotalMilliseconds);
        options.AsyncTimeout = Math.Min(options.AsyncTimeout, (int)Patience.TotalMilliseconds);
        // Both would read keys of its own, which the login may have no right to.
        options.TieBreaker = "";
        options.ConfigurationChannel = "";
        return options;
    }

    // What it stumbles over may be the password: its own text goes no further.
    private static ConfigurationOptions? Parsed(string text)
    {
        try
        {
            return text.Contains("://", StringComparison.Ordinal) || HasCutValue(text) ? null : ConfigurationOptions.Parse(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    // The rest of a password with a comma in it would be taken for the address of one more server, and shown.
    private static bool HasCutValue(string text) =>
        text.Split(',').SkipWhile(part => !part.Contains('=')).Any(part => !part.Contains('=') && !string.IsNullOrWhiteSpace(part));

    private static string Shown(System.Net.EndPoint endPoint) => endPoint switch
    {
        System.Net.DnsEndPoint { Port: 0 } name => $"{name.Host}:6379",
        System.Net.DnsEndPoint name => FormattableString.Invariant($"{name.Host}:{name.Port}"),
        System.Net.IPEndPoint { Port: 0 } address => $"{address.Address}:6379",
        _ => endPoint.ToString() ?? "",
    };
}
