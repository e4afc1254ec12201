using FollowerSync.Settings;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Section <c>Token</c>: when access tokens are renewed, and who else gets them.</summary>
internal sealed class TokenOptions
{
    public const string Section = "Token";

    /// <summary>How long before its expiry a token is renewed. Default 10 min, range 1 s to 1 h. For <c>stable_token</c>, which hands out
    /// the same token until five minutes before its end, at most 4 min 30 s are used.</summary>
    [DurationRange("00:00:01", "01:00:00")]
    public TimeSpan RefreshBefore { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between two replacements of a token that stopped working before its end, so that two programs do not fight over an account.
    /// Also how long, 30 s at most, to wait for one that WeChat refuses and yet gives out again. Default 1 min, range 0 to 1 h.</summary>
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan ReplaceInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Caches that tokens are written to, so that programs of others find them there. Default none.</summary>
    public IList<TokenMirrorOptions> Mirrors { get; set; } = [];

    /// <summary>Tokens for programs of others by HTTP.</summary>
    public TokenServiceOptions Service { get; set; } = new();
}
