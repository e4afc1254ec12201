using FollowerSync.Settings;

namespace FollowerSync.Web;

/// <summary><c>StatusPage:OpenIdConnect</c>: people sign in to the page at a provider of the company (authorization code with PKCE). Off while nothing of it is set.</summary>
internal sealed class SignInOptions : ISettingsRules
{
    /// <summary>Path at which people come back from the provider, which has to know it.</summary>
    public const string ReturnPath = "/signin-oidc";

    /// <summary>Bytes that an answer of the provider may have.</summary>
    public const int LargestAnswer = 1024 * 1024;

    /// <summary>Time that calls of the provider may take before somebody is told that it is away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>The provider's issuer, as its discovery document says it: https, or http within the own house. Default empty.</summary>
    public string Authority { get; set; } = "";

    /// <summary>What the provider calls this page. Default empty.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>What proves to the provider that it is this page. Never logged.</summary>
    [Secret]
    public string ClientSecret { get; set; } = "";

    /// <summary>The claim that says who may come in: <c>email</c>, <c>groups</c>, <c>roles</c> and so on, of the token or of the provider's user information; capitals count. Default <c>email</c>.</summary>
    [NotEmpty]
    public string Claim { get; set; } = "email";

    /// <summary>The values of <see cref="Claim"/> that may come in, letter by letter. Default none, with which the start is refused.</summary>
    public IList<string> Allowed { get; set; } = [];

    /// <summary>Scopes asked for beside <c>openid</c>, <c>profile</c> and <c>email</c>, where the provider gives <see cref="Claim"/> for one of its own alone. Default none.</summary>
    public IList<string> Scopes { get; set; } = [];

    /// <summary>Whether people sign in at a provider.</summary>
    internal bool IsOn => Authority.Length > 0 || ClientId.Length > 0 || ClientSecret.Length > 0 || Allowed.Count > 0;

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (!IsOn)
            yield break;
        if (AddressRule.Broken(Authority) is { } broken)
            yield return new SettingsFault(nameof(Authority), broken, ShownValue.Of(Authority, secret: false));
        else if (new Uri(Authority) is { Query.Length: > 0 } or { Fragment.Length: > 0 })
            yield return new SettingsFault(nameof(Authority), "must be the provider's issuer, without ? and #", ShownValue.Of(Authority, secret: false));
        if (ClientId.Length == 0)
            yield return new SettingsFault(nameof(ClientId), "must be what the provider calls this page: register it there as a confidential web client");
        if (ClientSecret.Length == 0)
            yield return new SettingsFault(nameof(ClientSecret), "must be the client secret that the provider gave for this page");
        if (Allowed.Count == 0 || Allowed.Any(string.IsNullOrWhiteSpace))
            yield return new SettingsFault(nameof(Allowed), "must list the values of StatusPage:OpenIdConnect:Claim that may come in, none of them empty: else everybody whom the provider knows would");
    }
}
