using FollowerSync.Accounts;

namespace FollowerSync.OAuth;

/// <summary>An account with web authorisation, and its addresses.</summary>
/// <param name="account">Its settings.</param>
/// <param name="authorizeAddress">WeChat's address for visitors.</param>
/// <param name="publicBase">Our address for visitors.</param>
internal sealed class AuthorizingAccount(AccountOptions account, Uri authorizeAddress, Uri publicBase)
{
    public AccountOptions Account => account;

    public string AppId => account.AppId;

    /// <summary>Path of the cookie, and of all addresses of the account.</summary>
    public string Path { get; } = $"/oauth/{account.AppId}";

    public IReadOnlyList<Target> Targets { get; } =
        [.. account.OAuth.Targets.Where(target => target.Value.Url is not null).Select(target => new Target(target.Key, target.Value.Url!, target.Value.Key))];

    /// <summary>Whether the visitor agrees to tell more than the openid.</summary>
    public bool AsksForProfile => account.OAuth.Scope == "snsapi_userinfo";

    public Target? Find(string? name) => Targets.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Where WeChat asks the visitor. It matches the address by a pattern: the order of its parts counts.</summary>
    public string AuthorizeUrl(string state)
    {
        string back = Uri.EscapeDataString($"{publicBase.GetLeftPart(UriPartial.Authority)}{Path}/back");
        return $"{authorizeAddress.GetLeftPart(UriPartial.Authority)}/connect/oauth2/authorize"
            + $"?appid={AppId}&redirect_uri={back}&response_type=code&scope={account.OAuth.Scope}&state={state}#wechat_redirect";
    }

    /// <summary>Where a visitor begins, on this server.</summary>
    /// <param name="target">The page to be sent on to.</param>
    /// <param name="visitorState">The page's own state; empty = none.</param>
    /// <param name="again">Whether it is the second attempt, after which there is no third.</param>
    public string StartUrl(Target target, string visitorState, bool again) =>
        $"{Path}/start?to={Uri.EscapeDataString(target.Name)}{(visitorState.Length == 0 ? "" : $"&state={visitorState}")}{(again ? "&again=1" : "")}";
}
