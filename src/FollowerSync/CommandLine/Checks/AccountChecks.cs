using FollowerSync.Accounts;
using FollowerSync.Followers;
using FollowerSync.Languages;
using FollowerSync.Sync;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Tests one account against WeChat: token, and each API the worker calls.</summary>
/// <param name="list">Takes the results.</param>
/// <param name="account">The account.</param>
/// <param name="client">Its calls.</param>
/// <param name="tokens">Where the token is kept.</param>
/// <param name="sync">How syncs work.</param>
/// <param name="now">What the database's clock shows.</param>
internal sealed class AccountChecks(
    CheckList list, AccountOptions account, WeChatClient client, AccessTokenStore tokens, SyncOptions sync, DateTimeOffset now)
{
    private const string Token = "token";
    private const string Address = "address";
    private static readonly Sentence Allowed = "allowed";
    private static readonly string[] Apis =
    [
        WeChatApi.UserGet, WeChatApi.UserInfo, WeChatApi.BatchGet, WeChatApi.QuotaGet, WeChatApi.GroupsGet, WeChatApi.TagsGet, WeChatApi.Blacklist,
        WeChatApi.UserSummary, WeChatApi.UserCumulate,
    ];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await SucceedsAsync(Token, TokenAsync, cancellationToken))
        {
            foreach (string api in Apis)
                list.Skipped(Sentence.Foreign(api), "needs the token", account.DisplayName);
            return;
        }

        await AddressAsync(cancellationToken);
        OpenIdPage? page = null;
        await SucceedsAsync(Sentence.Foreign(WeChatApi.UserGet), async token =>
        {
            page = await client.ListOpenIdsAsync("", token);
            return $"allowed; the account has {page.Total:N0} followers";
        }, cancellationToken);
        await ProfilesAsync(page?.OpenIds, cancellationToken);
        await QuotaAsync(page?.Total ?? 0, cancellationToken);
        await ExtrasAsync(cancellationToken);
    }

    // A token that another machine fetched works here as well; only fetching one asks for the whitelist.
    private async Task AddressAsync(CancellationToken cancellationToken)
    {
        const string Given = "WeChat gives tokens to this machine's address";
        if (client.Counts.TokenRefreshes > 0)
        {
            list.Ok(Address, Given, account.DisplayName);
            return;
        }

        try
        {
            if (await client.ProbeTokenAsync(cancellationToken))
                list.Ok(Address, Given, account.DisplayName);
            else
                list.Skipped(Address, $"not tried: with TokenSource {account.TokenSource} a call would void the token in use, or is another program's", account.DisplayName);
        }
        catch (WeChatApiException exception) when (exception.CallerAddress is not null)
        {
            list.Failed(Address, $"{exception.Text} Each machine needs it, for every account; one address for all (NAT, a proxy) is easiest.", account.DisplayName);
        }
        catch (WeChatApiException exception)
        {
            list.Failed(Address, exception, account.DisplayName);
        }
    }

    // Read once a day after a sync, which does without them.
    private async Task ExtrasAsync(CancellationToken cancellationToken)
    {
        DateOnly lately = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-2);
        await WarnsAsync(WeChatApi.GroupsGet, "wechat.groups stays empty", client.GetGroupsAsync, cancellationToken);
        IReadOnlyList<NamedId>? tags = await WarnsAsync(WeChatApi.TagsGet, "wechat.tags stays empty", client.GetTagsAsync, cancellationToken);
        if (sync.ReadsTagLists && tags is [{ } tag, ..])
            await WarnsAsync(WeChatApi.TagGet, "tags are as new as the profile of the person", token => client.ListTaggedAsync(tag.Id, "", token), cancellationToken);
        await WarnsAsync(WeChatApi.Blacklist, "nobody is flagged as blacklisted", token => client.ListBlacklistAsync("", token), cancellationToken);
        await WarnsAsync(WeChatApi.UserSummary, "WeChat's own books stay empty", token => client.GetUserSummaryAsync(lately, lately, token), cancellationToken);
        await WarnsAsync(WeChatApi.UserCumulate, "WeChat's own books stay empty", token => client.GetUserCumulateAsync(lately, lately, token), cancellationToken);
    }

    private async Task<T?> WarnsAsync<T>(string api, Sentence without, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            T answer = await call(cancellationToken);
            list.Ok(Sentence.Foreign(api), Allowed, account.DisplayName);
            return answer;
        }
        catch (WeChatApiException exception)
        {
            list.Warning(Sentence.Foreign(api), $"{without}; syncs work without. {exception.Text}", account.DisplayName);
            return null;
        }
    }

    private async Task<Sentence> TokenAsync(CancellationToken cancellationToken)
    {
        await client.EnsureTokenAsync(cancellationToken);
        AccessToken? stored = await tokens.ReadAsync(account, cancellationToken);
        Sentence origin = client.Counts.TokenRefreshes > 0 ? (Sentence)"fetched" : "the stored one (so the AppSecret was not tried)";
        return stored is null ? origin : (Sentence)$"{origin}, valid for {DurationText.Of(stored.Left > TimeSpan.Zero ? stored.Left : TimeSpan.Zero)}";
    }

    private async Task ProfilesAsync(IReadOnlyList<string>? openIds, CancellationToken cancellationToken)
    {
        if (openIds is not [{ } openId, ..])
        {
            Sentence why = openIds is null ? (Sentence)$"needs an openid from {WeChatApi.UserGet}" : "the account has no followers to ask about";
            list.Skipped(Sentence.Foreign(WeChatApi.UserInfo), why, account.DisplayName);
            list.Skipped(Sentence.Foreign(WeChatApi.BatchGet), why, account.DisplayName);
            return;
        }

        await SucceedsAsync(Sentence.Foreign(WeChatApi.UserInfo), async token =>
        {
            FollowerProfile profile = await client.GetProfileAsync(openId, token);
            return profile.UnionId is null ? "allowed; no unionid: the account is not bound to an Open Platform account" : Allowed;
        }, cancellationToken);
        await SucceedsAsync(Sentence.Foreign(WeChatApi.BatchGet), async token =>
        {
            await client.GetProfilesAsync([openId], token);
            return Allowed;
        }, cancellationToken);
    }

    // Syncs do without this API, so its absence is no failure.
    private async Task QuotaAsync(long followers, CancellationToken cancellationToken)
    {
        try
        {
            await QuotaAsync(WeChatApi.UserGet, (followers + 9_999) / 10_000 + 1, cancellationToken);
            await QuotaAsync(WeChatApi.BatchGet, (followers + 99) / 100, cancellationToken);
        }
        catch (WeChatApiException exception)
        {
            list.Warning(Sentence.Foreign(WeChatApi.QuotaGet), $"the limits of the account cannot be read; syncs work without. {exception.Text}", account.DisplayName);
        }
    }

    private async Task QuotaAsync(string api, long needed, CancellationToken cancellationToken)
    {
        QuotaAnswer quota = await client.GetQuotaAsync(api, cancellationToken);
        Sentence name = Sentence.Foreign(WeChatApi.QuotaGet);
        if (!quota.TellsLimit)
        {
            list.Warning(name, $"{api}: WeChat tells no daily limit; syncs work without.", account.DisplayName);
            return;
        }

        Sentence text = $"{api}: {quota.Left:N0} of {quota.DailyLimit:N0} calls left today, a full sync needs {needed:N0}";
        double reserve = quota.DailyLimit * sync.QuotaReservePercent / 100;
        if (quota.DailyLimit - reserve < needed)
            list.Warning(name, $"{text}. With {sync.QuotaReservePercent:0.#} % left to others (Sync:QuotaReservePercent) it takes more than a day; the console can raise the limit.", account.DisplayName);
        else if (quota.Left - reserve < needed)
            list.Warning(name, $"{text}. With {sync.QuotaReservePercent:0.#} % left to others (Sync:QuotaReservePercent) one started now ends on another day.", account.DisplayName);
        else
            list.Ok(name, text, account.DisplayName);
    }

    private async Task<bool> SucceedsAsync(Sentence name, Func<CancellationToken, Task<Sentence>> check, CancellationToken cancellationToken)
    {
        try
        {
            list.Ok(name, await check(cancellationToken), account.DisplayName);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            list.Failed(name, exception, account.DisplayName);
            return false;
        }
    }
}
