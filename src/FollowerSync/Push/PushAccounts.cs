using FollowerSync.Accounts;
using Microsoft.Extensions.Options;

namespace FollowerSync.Push;

/// <summary>The accounts that take pushes.</summary>
internal sealed class PushAccounts(IOptions<WeChatOptions> options)
{
    private readonly Dictionary<string, PushAccount> _byAppId =
        options.Value.Accounts.Where(account => account.Push.IsOn).ToDictionary(account => account.AppId, account => new PushAccount(account), StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<PushAccount> All => _byAppId.Values;

    public PushAccount? Find(string appId) => _byAppId.GetValueOrDefault(appId);
}
