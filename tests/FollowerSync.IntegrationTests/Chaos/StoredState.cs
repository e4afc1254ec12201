using Dapper;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What the database says at one moment.</summary>
internal sealed record StoredState(
    IReadOnlyList<StoredPerson> People, IReadOnlySet<string> Rejected, IReadOnlyList<StoredRun> Runs, IReadOnlyList<StoredListing> Listings)
{
    private const string UntoldSql =
        """
        with newest as (
            select distinct on (app_id, openid) app_id, openid, kind from wechat.changes order by app_id, openid, change_id desc
        )
        select openid from wechat.followers f full join newest n using (app_id, openid)
        where (f.changed_at is not null) <> (n.kind is not null and n.kind <> 'deleted')
        """;

    /// <summary>People whom a program that follows the change feed has and the table has not, or the other way round.</summary>
    public IReadOnlyList<string> Untold { get; private init; } = [];

    public static StoredState Empty { get; } = new([], new HashSet<string>(), [], []);

    public StoredRun? LastRun => Runs.Count == 0 ? null : Runs[^1];

    public static async Task<StoredState> ReadAsync(CrashingPostgres postgres)
    {
        await using NpgsqlConnection connection = await postgres.OpenAsync();
        if (!await connection.QuerySingleAsync<bool>("select to_regclass('followersync.api_usage') is not null"))
            return Empty;

        return new StoredState(
            (await connection.QueryAsync<StoredPerson>(
                "select openid, subscribe, nickname, unionid, changed_at as changedat, unfollowed_after as unfollowedafter, unfollowed_before as unfollowedbefore from wechat.followers")).AsList(),
            (await connection.QueryAsync<string>("select openid from followersync.rejected_openids")).ToHashSet(StringComparer.Ordinal),
            (await connection.QueryAsync<StoredRun>(
                "select run_id as runid, status, error, listing_id as listingid, finished_at as finishedat, unsubscribed from wechat.sync_runs order by run_id")).AsList(),
            (await connection.QueryAsync<StoredListing>("select listing_id as listingid, status, started_at as startedat from followersync.listings order by listing_id")).AsList())
        {
            Untold = (await connection.QueryAsync<string>(UntoldSql)).AsList(),
        };
    }

    public StoredListing ListingOf(StoredRun run) => Listings.Single(listing => listing.ListingId == run.ListingId);
}

internal sealed record StoredPerson(
    string OpenId, bool Subscribe, string? Nickname, string? UnionId, DateTime ChangedAt, DateTime? UnfollowedAfter, DateTime? UnfollowedBefore);

internal sealed record StoredRun(long RunId, string Status, string? Error, long? ListingId, DateTime? FinishedAt, long Unsubscribed)
{
    public bool IsOpen => Status == "running";

    public bool Succeeded => Status == "succeeded";
}

internal sealed record StoredListing(long ListingId, string Status, DateTime StartedAt);
