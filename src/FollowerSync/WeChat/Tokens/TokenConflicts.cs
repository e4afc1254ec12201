using FollowerSync.Accounts;
using FollowerSync.Languages;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Tells when somebody else fetches tokens of an account too: by tokens that stop working before their end, and by the sources they come from.</summary>
internal sealed class TokenConflicts(AccessTokenStore store)
{
    /// <summary>Replacements in so long a time are taken together when looking for their cause.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>So many replacements within <see cref="Window"/> have another program for a cause.</summary>
    private const int Many = 3;

    /// <summary>Replacements of the account's token within the last hour, and what is wrong about where its tokens come from; null = nothing that can be told.</summary>
    public async Task<(long Replacements, Sentence? Cause)> FindAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        long replacements = await store.CountReplacementsAsync(account.AppId, Window, cancellationToken);
        Sentence? fight = replacements >= Many ? Fight(account, replacements) : null;
        Sentence? other = await FindOtherSourceAsync(account, cancellationToken);
        return (replacements, fight is not null && other is not null ? $"{fight} {other}" : fight ?? other);
    }

    /// <summary>Why tokens of the account stop working before their end; null while that is too seldom to tell.</summary>
    public async Task<Sentence?> FindFightAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        long replacements = await store.CountReplacementsAsync(account.AppId, Window, cancellationToken);
        return replacements >= Many ? Fight(account, replacements) : null;
    }

    /// <summary>Likewise, for a token that was replaced just now and is refused again.</summary>
    public async Task<Sentence> ExplainAsync(AccountOptions account, CancellationToken cancellationToken) =>
        await FindFightAsync(account, cancellationToken)
        ?? (Sentence)$"The token of account {account.AppId} was replaced once and the new one is refused too. Another program may be fetching {ApiOf(account)} for this appid; the next run tries again.";

    /// <summary>Likewise, for one that was given out again and is refused still.</summary>
    public static Sentence ExplainGivenOut(AccountOptions account) => account.FetchesTokens
        ? $"WeChat gives out this very token of account {account.AppId} again, so nobody has replaced it, and refuses it still after a while. That passes by itself; the next run tries again."
        : (Sentence)$"{TokenEndpoint.StillRefused(account)} Or WeChat gives it out all the same and refuses it still after a while: that passes by itself; the next run tries again.";

    /// <summary>That tokens of the account come from another source too, as when two workers are set up differently; null when they do not.</summary>
    public async Task<Sentence?> FindOtherSourceAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        List<string> others = await store.FindOtherSourcesAsync(account, cancellationToken);
        return others.Count == 0
            ? null
            : (Sentence)$"Tokens of account {account.AppId} came from two sources within a day: {account.TokenSource} here, and {Sentence.Join(" and ", others.Select(Sentence.Foreign))}. Set the same WeChat:Accounts:TokenSource wherever this account is synced. If it was changed a short time ago, this message goes away within a day.";
    }

    private static Sentence Fight(AccountOptions account, long replacements) =>
        $"The token of account {account.AppId} was replaced {replacements} times in {Window.TotalMinutes:0} minutes: another program fetches {ApiOf(account)} for this appid. Let it use stable_token, or give both the same token service (TokenSource External).";

    private static Sentence ApiOf(AccountOptions account) => account.FetchesTokens ? Sentence.Foreign(TokenEndpoint.ApiOf(account)) : "a token";
}
