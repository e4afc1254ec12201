using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using Microsoft.Extensions.Options;

namespace FollowerSync.OAuth;

/// <summary>The accounts with web authorisation; none when the settings lack what it needs.</summary>
internal sealed class OAuthAccounts
{
    private readonly Dictionary<string, AuthorizingAccount> _byAppId;

    public OAuthAccounts(IOptions<WeChatOptions> weChat, IOptions<ArrivalsOptions> arrivals)
    {
        ArrivalsOptions listener = arrivals.Value;
        _byAppId = listener.PublicBase is not { } publicBase || listener.StateKey.Length == 0
            ? []
            : weChat.Value.Accounts.Where(account => account.OAuth.IsOn)
                .ToDictionary(account => account.AppId, account => new AuthorizingAccount(account, weChat.Value.AuthorizeAddress, publicBase), StringComparer.Ordinal);
    }

    public bool Any => _byAppId.Count > 0;

    public AuthorizingAccount? Find(object? appId) => appId is string text ? _byAppId.GetValueOrDefault(text) : null;
}
