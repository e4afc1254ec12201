using System.Runtime.CompilerServices;
using Dapper;
using FollowerSync.Database;
using FollowerSync.WeChat;

namespace FollowerSync.Sync;

/// <summary>Reads from the database whom a round has to ask for, a few thousand at a time, so that memory does not grow with the account.</summary>
internal sealed class RoundPlan(FollowerDatabase database, AccountOptions account)
{
    private const int PageSize = 10_000;

    private const string MissingSql =
        """
        select c.openid, null::bigint
        from followersync.unfollow_candidates c
        where c.app_id = @appId and c.listing_id = @listingId and c.answered_at is null and c.openid > @after
          and not exists (
              select from followersync.rejected_openids r where r.app_id = c.app_id and r.openid = c.openid and r.next_attempt_at > now())
        order by c.openid
        limit @limit
        """;

    // Whoever this round has stored already has changed_at past its start.
    private const string KnownSql =
        """
        select f.openid, case when r.openid is null then f.profile_hash end
        from wechat.followers f
        left join followersync.rejected_openids r on r.app_id = f.app_id and r.openid = f.openid
        where f.app_id = @appId and f.openid > @after and f.subscribe and f.changed_at < @startedAt
          and not exists (select from followersync.unfollow_candidates c where c.app_id = f.app_id and c.openid = f.openid)
          and (r.openid is null or r.next_attempt_at <= now())
        order by f.openid
        limit @limit
        """;

    /// <summary>Followers in the database whom the complete list lacks and who have not been asked about yet.</summary>
    public IAsyncEnumerable<Ask> ReadMissingAsync(Listing listing, CancellationToken cancellationToken) =>
        ReadAsync(MissingSql, AskReason.Missing, listing, after: "", cancellationToken);

    /// <summary>Followers in the database whom this round has not asked for yet, in the order of their openids.</summary>
    public IAsyncEnumerable<Ask> ReadKnownAsync(Listing listing, CancellationToken cancellationToken) =>
        ReadAsync(KnownSql, AskReason.Known, listing, listing.AskedThrough, cancellationToken);

    /// <summary>The slice of them that is due, in the order of their openids, beginning again at the first one behind the last.</summary>
    public async IAsyncEnumerable<Ask> ReadSliceAsync(
        Listing listing, RotationSlice slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long left = slice.People;
        await foreach (Ask ask in ReadAsync(KnownSql, AskReason.Known, listing, slice.After, cancellationToken))
        {
            if (left-- == 0)
                yield break;
            yield return ask;
        }

        await foreach (Ask ask in ReadAsync(KnownSql, AskReason.Known, listing, after: "", cancellationToken))
        {
            if (left-- <= 0 || string.CompareOrdinal(ask.OpenId, slice.After) > 0)
                yield break;
            yield return ask;
        }
    }

    private async IAsyncEnumerable<Ask> ReadAsync(
        string sql, AskReason reason, Listing listing, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var parameters = new { appId = account.AppId, listingId = listing.ListingId, startedAt = listing.StartedAt, after, limit = PageSize };
            List<(string OpenId, long? Hash)> page = await database.RunInTransactionAsync(
                async (connection, transaction, token) => (await connection.QueryAsync<(string, long?)>(
                    new CommandDefinition(sql, parameters, transaction, cancellationToken: token))).AsList(),
                cancellationToken);
            foreach ((string openId, long? hash) in page)
                yield return new Ask(openId, reason, hash);
            if (page.Count < PageSize)
                yield break;

            after = page[^1].OpenId;
        }
    }
}
