using System.Net;
using FollowerSync.Languages;
using FollowerSync.Settings;
using FollowerSync.Web;

namespace FollowerSync.Arrivals;

/// <summary>Section <c>Arrivals</c>: the listener for WeChat and for visitors, and the inbox behind it.</summary>
internal sealed class ArrivalsOptions : ISettingsRules
{
    public const string Section = "Arrivals";

    private const int KeyLength = 64;

    /// <summary>Address of the public listener, http only (TLS is your reverse proxy's); empty = none. Default empty.</summary>
    [ListenAddress]
    [OfOneNode]
    public string Url { get; set; } = "";

    /// <summary>Address at which the internet reaches the listener, https without path; needed for web authorisation. Default none.</summary>
    [HttpAddress]
    public Uri? PublicBase { get; set; }

    /// <summary>Signs the state of web authorisation: 32 bytes as 64 hexadecimal digits, the same on all machines behind one address. Never logged.</summary>
    [Secret]
    public string StateKey { get; set; } = "";

    /// <summary>The key before <see cref="StateKey"/>, taken too while it is changed. Never logged.</summary>
    [Secret]
    public string PreviousStateKey { get; set; } = "";

    /// <summary>Reverse proxies whose <c>X-Forwarded-For</c> is believed: addresses or ranges (<c>10.0.0.0/8</c>). Default none.</summary>
    public IList<string> KnownProxies { get; set; } = [];

    /// <summary>Pushes that may wait to be stored; more are answered 503, and WeChat repeats them unless a bot answers it. As many are kept while the database takes none. Default 5,000, range 100 to 100,000.</summary>
    [NumberRange(100, 100_000)]
    public int MaxWaiting { get; set; } = 5_000;

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (StateKey.Length > 0 && !IsKey(StateKey))
            yield return new SettingsFault(nameof(StateKey), $"must be {KeyLength} hexadecimal digits, from: openssl rand -hex 32");
        if (PreviousStateKey.Length > 0 && !IsKey(PreviousStateKey))
            yield return new SettingsFault(nameof(PreviousStateKey), $"must be {KeyLength} hexadecimal digits");
        foreach (string proxy in KnownProxies)
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
                yield return new SettingsFault(nameof(KnownProxies), "must be IP addresses or ranges such as 10.0.0.0/8, each entry", Sentence.Foreign($"\"{proxy}\""));
    }

    private static bool IsKey(string text) => text.Length == KeyLength && text.All(char.IsAsciiHexDigit);
}
