using FollowerSync.Database;
using FollowerSync.Facts;
using FollowerSync.Followers;
using FollowerSync.Languages;
using FollowerSync.Leases;

namespace FollowerSync.Privacy;

/// <summary>Deletes all that is stored about people, in every table. A later listing of the same person starts anew.</summary>
internal sealed class PersonErasure(FollowerDatabase database, RunLeases leases, PersonSearch search, Pseudonyms pseudonyms, HashKeyStore hashKeys)
{
    // Nobody follows an account any more from which the person was migrated.
    private const string FollowingSql =
        """
        with f as materialized (
            select app_id, openid from wechat.followers where openid = any(@openIds) and subscribe
        )
        select distinct openid
        from f
        where not exists (select 1 from wechat.openid_changes c where c.from_app_id = f.app_id and c.old_openid = f.openid and c.new_openid is not null)
        order by openid
        """;

    private const string EraseSql =
        """
        with f as (delete from wechat.followers where app_id = @appId and openid = any(@openIds) returning openid),
             v as (delete from wechat.follower_versions where app_id = @appId and openid = any(@openIds) returning 1),
             e as (delete from wechat.past_episodes where app_id = @appId and openid = any(@openIds) returning 1),
             w as (delete from wechat.visitors where app_id = @appId and (openid = any(@openIds) or unionid = any(@unionIds)) returning 1),
             s as (delete from wechat.scans where app_id = @appId and openid = any(@openIds) returning 1)
        select (select count(*) from f) + (select count(*) from v) + (select count(*) from e) + (select count(*) from w) + (select count(*) from s), array(select openid from f)
        """;

    private const string EraseChangesSql =
        """
        with c as (
            delete from wechat.openid_changes
            where (from_app_id = @appId and old_openid = any(@openIds)) or (to_app_id = @appId and new_openid = any(@openIds))
            returning 1
        )
        select count(*) from c
        """;

    /// <summary>Deletes people, at once and everywhere, those too who were anonymised with the present key.</summary>
    /// <param name="openIds">Their openids.</param>
    /// <param name="cancellationToken">Ends the deletion; the accounts done by then stay done, and a repetition finds the others.</param>
    /// <returns>What was done, and what a person must know about it.</returns>
    /// <exception cref="UnknownPersonException">One of the openids stands nowhere; nothing was deleted.</exception>
    /// <exception cref="RunActiveException">A run of one of their accounts is active; nothing was deleted.</exception>
    public async Task<ForgottenPeople> ForgetAsync(IReadOnlyList<string> openIds, CancellationToken cancellationToken)
    {
        HashKeyState key = await hashKeys.ReadAsync(cancellationToken);
        PersonPlace[] found = await database.RunAsync(tx => search.FindAsync(tx, openIds), cancellationToken);
        string[] unknown = [.. openIds.Except(found.Select(f => f.Person), StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new UnknownPersonException($"Nothing is stored about {string.Join(", ", unknown)}. Nobody was forgotten.{(HintFor(key) is { } hint ? $" {hint}" : Sentence.Empty)}");

        string[] everywhere = [.. found.Select(f => f.OpenId).Distinct(StringComparer.Ordinal)];
        string[] following = [.. await database.RunAsync(tx => tx.ReadAllAsync<string>(FollowingSql, new { openIds = everywhere }), cancellationToken)];
        ILookup<string, string> places = found.ToLookup(f => f.AppId, f => f.OpenId, StringComparer.Ordinal);
        await using HeldLeases held = new();
        foreach (string appId in places.Select(account => account.Key).Order(StringComparer.Ordinal))
            held.Add(await leases.AcquireAsync(appId, cancellationToken));

        long rows = await EraseAsync(held.All, places, DeletionReason.Forget, _ => Task.CompletedTask, cancellationToken);
        return new ForgottenPeople(openIds.Count, rows, following, key is HashKeyState.Another or HashKeyState.Missing ? HintFor(key) : null);
    }

    /// <summary>Deletes a person of whose data WeChat said so, in the account and in those the person was migrated from or to.</summary>
    /// <param name="own">Lease of the account.</param>
    /// <param name="openId">The person there.</param>
    /// <param name="close">Closes what asked for it, in the last transaction.</param>
    /// <param name="cancellationToken">Ends the deletion, which a repetition then finishes.</param>
    /// <returns>False when a run of another account is active; nothing was deleted.</returns>
    public async Task<bool> TryForgetAsync(RunLease own, string openId, Func<Transaction, Task> close, CancellationToken cancellationToken)
    {
        PersonPlace[] found = await database.RunAsync(tx => search.FindAsync(tx, own.AppId, openId), cancellationToken);
        ILookup<string, string> places = found.ToLookup(f => f.AppId, f => f.OpenId, StringComparer.Ordinal);
        await using HeldLeases held = new();
        foreach (string appId in places.Select(account => account.Key).Where(appId => appId != own.AppId).Order(StringComparer.Ordinal))
        {
            if (await leases.TryAcquireBrieflyAsync(appId, cancellationToken) is not { } lease)
                return false;
            held.Add(lease);
        }

        await EraseAsync([.. held.All, own], places, DeletionReason.Event, close, cancellationToken);
        return true;
    }

    /// <summary>Deletes all about people that stands outside of lists, and logs it.</summary>
    /// <param name="tx">The caller's, who proves the lease last.</param>
    /// <param name="appId">Account the people followed.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="reason">Why.</param>
    /// <param name="listed">Rows of them that the caller has deleted from lists.</param>
    /// <returns>How many rows were deleted, those from lists included.</returns>
    public static async Task<long> EraseAsync(Transaction tx, string appId, string[] openIds, DeletionReason reason, int listed)
    {
        long changes = await EraseChangesAsync(tx, appId, openIds);
        return await EraseRowsAsync(tx, appId, openIds, reason, listed + changes);
    }

    /// <summary>Erases in one account after the other. What leads from an openid of one to that of another goes last, so that a repetition of what was broken off
    /// finds the rest.</summary>
    private static async Task<long> EraseAsync(
        IReadOnlyList<RunLease> held, ILookup<string, string> places, DeletionReason reason, Func<Transaction, Task> close, CancellationToken cancellationToken)
    {
        long rows = 0;
        foreach (RunLease lease in held)
        {
            string[] openIds = [.. places[lease.AppId]];
            rows += await lease.RunAsync(
                async tx =>
                {
                    long others = await PersonTraces.UnlistAsync(tx, lease.AppId, openIds);
                    if (lease == held[^1])
                    {
                        foreach (IGrouping<string, string> account in places)
                            others += await EraseChangesAsync(tx, account.Key, [.. account]);
                        await close(tx);
                    }

                    return await EraseRowsAsync(tx, lease.AppId, openIds, reason, others);
                },
                cancellationToken);
        }

        return rows;
    }

    private static Task<long> EraseChangesAsync(Transaction tx, string appId, string[] openIds) => tx.ReadAsync<long>(EraseChangesSql, new { appId, openIds });

    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="reason">Why.</param>
    /// <param name="others">Rows of theirs that are deleted already.</param>
    private static async Task<long> EraseRowsAsync(Transaction tx, string appId, string[] openIds, DeletionReason reason, long others)
    {
        string[] unionIds = await PseudonymStore.ReadUnionIdsAsync(tx, appId, openIds);
        long rows = others + await PersonTraces.RemoveAsync(tx, appId, openIds, unionIds);
        // An operator's order may walk the tables; what comes by thousands does so only for a code that is known.
        string[] names = [.. openIds, .. unionIds];
        string[] texts = reason == DeletionReason.Forget ? names : await CodeTexts.FindAsync(tx, appId, openIds, names, isCounted: true);
        rows += await CodeTexts.RemoveAsync(tx, appId, openIds, texts);
        await DailyFacts.TakeBackAsync(tx, appId, openIds);
        (long erased, string[] gone) = (await tx.ReadAllAsync(EraseSql, new { appId, openIds, unionIds }, row => (row.GetInt64(0), row.GetFieldValue<string[]>(1)))).Single();
        await ChangeFeed.NoteForgottenAsync(tx, appId, gone);
        rows += erased;
        await UnionIdLinks.DropAsync(tx, unionIds);
        await DeletionLog.WriteAsync(tx, appId, reason, DeletionAction.Deleted, gone.Length, rows);
        return rows;
    }

    private Sentence? HintFor(HashKeyState key) =>
        key == HashKeyState.Another ? (Sentence)$"Somebody anonymised earlier cannot be found: {(Sentence)PrivacyOptions.KeyIsAnother}."
        : pseudonyms.HaveKey ? null : (Sentence)"An anonymised person can be found only while Privacy:HashKey is set.";
}

/// <param name="People">How many were forgotten.</param>
/// <param name="Rows">How many rows of them were deleted or changed.</param>
/// <param name="Following">Those who still follow: the next sync stores them anew.</param>
/// <param name="Warning">Why earlier, anonymised records of them may be left; null when none can be.</param>
internal sealed record ForgottenPeople(int People, long Rows, IReadOnlyList<string> Following, Sentence? Warning);

/// <summary>Nothing is stored about somebody who is named; the message says about whom.</summary>
internal sealed class UnknownPersonException(Sentence text) : SentenceException(text);
