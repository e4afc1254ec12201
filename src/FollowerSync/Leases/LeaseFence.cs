using FollowerSync.Database;

namespace FollowerSync.Leases;

/// <summary>The number that tells a lease from every earlier and later one of its account.</summary>
internal sealed record LeaseFence(string AppId, long Number)
{
    private const string LaterSql = "select exists (select 1 from followersync.leases where app_id = @AppId and fence > @Number)";

    private const string ProveSql = "select 1 from followersync.leases where app_id = @AppId and fence = @Number for share";

    /// <summary>Whether the lease is still the account's, which it then stays until the transaction ends.</summary>
    public async Task<bool> ProveAsync(Transaction tx) => await tx.ReadOrDefaultAsync<int?>(ProveSql, this) is not null;

    /// <summary>Whether a later lease of the account was given since. Otherwise one that is not known any more is lost with the end of a server.</summary>
    public Task<bool> IsOvertakenAsync(Transaction tx) => tx.ReadAsync<bool>(LaterSql, this);
}
