using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary><c>WeChat:Accounts[]:Push</c>: the account's server configuration in WeChat's console, as both sides must have it.</summary>
internal sealed class PushOptions : ISettingsRules
{
    /// <summary>Letters of an EncodingAESKey.</summary>
    public const int KeyLength = 43;

    /// <summary>Token of the server configuration, 3 to 32 letters and digits; empty = the account takes no pushes. Never logged.</summary>
    [Secret]
    public string Token { get; set; } = "";

    /// <summary>EncodingAESKey of the server configuration, 43 letters and digits; needed unless <see cref="AllowPlain"/>. Never logged.</summary>
    [Secret]
    public string EncodingAesKey { get; set; } = "";

    /// <summary>The token before <see cref="Token"/>, taken too while the console and the settings are changed. Never logged.</summary>
    [Secret]
    public string PreviousToken { get; set; } = "";

    /// <summary>The key before <see cref="EncodingAesKey"/>: WeChat goes on with it for a while after a change. Never logged.</summary>
    [Secret]
    public string PreviousEncodingAesKey { get; set; } = "";

    /// <summary>Whether messages in plain mode are taken. Their signature does not cover the message, so only the openid is used, to ask WeChat about. Default false.</summary>
    public bool AllowPlain { get; set; }

    /// <summary>Address of your bot, to which every request is handed on as it came, and whose answer WeChat gets; none = FollowerSync answers itself.</summary>
    [HttpAddress(PathAllowed = true)]
    public Uri? ForwardTo { get; set; }

    /// <summary>Whether the account takes pushes.</summary>
    public bool IsOn => Token.Length > 0;

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (Token.Length > 0 && !IsToken(Token))
            yield return new SettingsFault(nameof(Token), "must be the Token of the server configuration in WeChat's console: 3 to 32 letters and digits");
        if (PreviousToken.Length > 0 && !IsToken(PreviousToken))
            yield return new SettingsFault(nameof(PreviousToken), "must be a former Token of the server configuration: 3 to 32 letters and digits");
        if (EncodingAesKey.Length > 0 && !IsKey(EncodingAesKey))
            yield return new SettingsFault(nameof(EncodingAesKey), $"must be the EncodingAESKey of the server configuration in WeChat's console: {KeyLength} letters and digits");
        if (PreviousEncodingAesKey.Length > 0 && !IsKey(PreviousEncodingAesKey))
            yield return new SettingsFault(nameof(PreviousEncodingAesKey), $"must be a former EncodingAESKey of the server configuration: {KeyLength} letters and digits");
        if (Token.Length == 0 && (EncodingAesKey.Length > 0 || ForwardTo is not null))
            yield return new SettingsFault(nameof(Token), "must be given with the other settings of Push: it is the Token of the server configuration in WeChat's console", "empty");
        if (Token.Length > 0 && EncodingAesKey.Length == 0 && !AllowPlain)
            yield return new SettingsFault(nameof(EncodingAesKey), "must be given (choose safe mode in WeChat's console); only for plain mode, which anybody can forge who saw one request, set AllowPlain to true", "empty");
    }

    private static bool IsToken(string text) => text.Length is >= 3 and <= 32 && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsKey(string text) => text.Length == KeyLength && text.All(char.IsAsciiLetterOrDigit);
}
