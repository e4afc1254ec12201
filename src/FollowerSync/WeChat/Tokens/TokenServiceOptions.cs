using FollowerSync.Settings;

namespace FollowerSync.WeChat.Tokens;

/// <summary><c>Token:Service</c>: gives tokens to other programs of the company by HTTP, on the listener of <c>StatusPage:Url</c>. Off while it has no clients.</summary>
internal sealed class TokenServiceOptions : ISettingsRules
{
    /// <summary>First parts of the paths that the listener has itself: two answers to one path would be none.</summary>
    internal static readonly string[] TakenParts = ["accounts", "actions", "api", "files", "health", "metrics", "runs", "sign-out", "signin-oidc"];

    /// <summary>Path below which it answers: <c>GET PATH/APPID</c> and <c>POST PATH/APPID/refused</c>. Default <c>/token</c>.</summary>
    public string Path { get; set; } = "/token";

    /// <summary>The programs it gives tokens to. Default none: it is off.</summary>
    public IList<TokenClientOptions> Clients { get; set; } = [];

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (!IsPath(Path))
            yield return new SettingsFault(nameof(Path), $"must be a path such as /token: letters, digits, - and _ in parts that begin with /, and not below {string.Join(", ", TakenParts.Select(part => $"/{part}"))}, which the listener has itself", ShownValue.Of(Path, secret: false));
        for (int index = 1; index < Clients.Count; index++)
        {
            TokenClientOptions client = Clients[index];
            if (Clients.Take(index).Any(other => string.Equals(other.Name, client.Name, StringComparison.OrdinalIgnoreCase)))
                yield return new SettingsFault($"{nameof(Clients)}[{index}]:{nameof(TokenClientOptions.Name)}", "must differ from that of every other client", ShownValue.Of(client.Name, secret: false));
            if (client.Bearer.Length > 0 && Clients.Take(index).Any(other => other.Bearer == client.Bearer))
                yield return new SettingsFault($"{nameof(Clients)}[{index}]:{nameof(TokenClientOptions.Bearer)}", "must differ from that of every other client");
        }
    }

    private static bool IsPath(string path) =>
        path.Length is > 1 and <= 100 && path[0] == '/'
        && path[1..].Split('/').All(part => part.Length > 0 && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        && !TakenParts.Contains(path.Split('/')[1], StringComparer.OrdinalIgnoreCase);
}

/// <summary><c>Token:Service:Clients[]</c>: a program that may ask for tokens.</summary>
internal sealed class TokenClientOptions : ISettingsRules
{
    /// <summary>Fewest letters of a bearer that nobody guesses.</summary>
    public const int ShortestBearer = 32;

    /// <summary>Name of the program, for people.</summary>
    public string Name { get; set; } = "";

    /// <summary>Secret it sends as <c>Authorization: Bearer …</c>; 32 letters or more. Never logged.</summary>
    [Secret]
    public string Bearer { get; set; } = "";

    /// <summary>Names or AppIds of the accounts whose tokens it may have. Default none: all of them.</summary>
    public IList<string> Accounts { get; set; } = [];

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (Name.Length == 0 || ShownValue.LooksSecret(Name) || Name.Any(char.IsControl))
            yield return new SettingsFault(nameof(Name), "must be a name for people, which is shown everywhere; it is empty, looks like a secret or has control characters in it");
        if (Bearer.Length < ShortestBearer)
            yield return new SettingsFault(nameof(Bearer), $"must have {ShortestBearer} letters or more, say from: openssl rand -hex 32");
        else if (Bearer.Any(letter => letter is <= ' ' or > '~'))
            yield return new SettingsFault(nameof(Bearer), "must be visible ASCII without spaces, as it goes into a header");
    }
}
