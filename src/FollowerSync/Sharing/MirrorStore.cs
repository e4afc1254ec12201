using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Logging;

namespace FollowerSync.Sharing;

/// <summary>Keeps in <c>followersync.token_mirrors</c> how the mirrors stand, for whoever looks from another process, and reads the tokens that belong into them.</summary>
internal sealed class MirrorStore(FollowerDatabase database, SecretMask mask)
{
    // A token of the future tells that the clock was set back: nobody knows how long it works.
    private const string ReadTokenSql =
        $"""
        select access_token as value, least(expires_at - clock_timestamp(), interval '1 day') as left, generation
        from followersync.access_tokens
        where app_id = @appId and source = @source and access_token is not null
          and expires_at > clock_timestamp() and obtained_at <= {DatabaseClock.Latest}
        """;

    private const string WorksSql =
        """
        insert into followersync.token_mirrors as m (app_id, mirror, generation, written_at)
        values (@appId, @mirror, @generation, now())
        on conflict (app_id, mirror) do update
        set generation = excluded.generation, written_at = excluded.written_at, failing_since = null, reason = null
        where m.failing_since is not null or m.generation is distinct from excluded.generation
        """;

    private const string FailsSql =
        $"""
        insert into followersync.token_mirrors as m (app_id, mirror, failing_since, reason)
        values (@appId, @mirror, now(), @reason)
        on conflict (app_id, mirror) do update
        set failing_since = case when m.failing_since <= {DatabaseClock.Latest} then m.failing_since else now() end, reason = excluded.reason
        where m.failing_since is null or m.failing_since > {DatabaseClock.Latest} or m.reason is distinct from excluded.reason
        """;

    private const string ReadSql = "select mirror, written_at, failing_since, reason from followersync.token_mirrors where app_id = @appId";

    /// <summary>The account's token; null when none is known to work.</summary>
    public async Task<MirroredToken?> ReadTokenAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        TokenRow? row = await database.RunAsync(
            tx => tx.ReadOrDefaultAsync<TokenRow>(ReadTokenSql, new { appId = account.AppId, source = account.TokenSource.ToString() }), cancellationToken);
        mask.RegisterToken(row?.Value);
        return row is null ? null : new MirroredToken(row.Value, row.Left, row.Generation);
    }

    /// <summary>The mirror has the token of this generation, or a newer one.</summary>
    public Task WorksAsync(AccountOptions account, TokenMirror mirror, long generation, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ExecuteAsync(WorksSql, new { appId = account.AppId, mirror = mirror.Name, generation }), cancellationToken);

    /// <summary>The mirror cannot be written.</summary>
    public Task FailsAsync(AccountOptions account, TokenMirror mirror, Sentence reason, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ExecuteAsync(FailsSql, new { appId = account.AppId, mirror = mirror.Name, reason = reason.With(mask.Mask) }), cancellationToken);

    /// <summary>All that is known of the account's mirrors, also of those that the settings no longer name.</summary>
    public Task<List<MirrorState>> ReadAsync(string appId, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAllAsync<MirrorState>(ReadSql, new { appId }), cancellationToken);

    private sealed record TokenRow
    {
        public string Value { get; init; } = "";

        public TimeSpan Left { get; init; }

        public long Generation { get; init; }
    }
}
