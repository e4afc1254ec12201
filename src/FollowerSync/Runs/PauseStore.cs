using FollowerSync.Database;

namespace FollowerSync.Runs;

/// <summary>Which accounts somebody paused: no worker begins a run of them by itself. What a person asks for is done.</summary>
internal sealed class PauseStore(FollowerDatabase database)
{
    private const string PauseSql =
        """
        insert into followersync.pauses (app_id, paused_at, paused_by) values (@appId, now(), @by)
        on conflict (app_id) do nothing
        """;

    /// <summary>Pauses the account; one that is paused stays so.</summary>
    /// <returns>False when it was paused.</returns>
    public Task<bool> PauseAsync(string appId, string by, CancellationToken cancellationToken) =>
        database.RunAsync(async tx => await tx.ExecuteAsync(PauseSql, new { appId, by }) > 0, cancellationToken);

    /// <summary>Lets the schedule go on.</summary>
    /// <returns>False when it was not paused.</returns>
    public Task<bool> ResumeAsync(string appId, CancellationToken cancellationToken) =>
        database.RunAsync(async tx => await tx.ExecuteAsync("delete from followersync.pauses where app_id = @appId", new { appId }) > 0, cancellationToken);

    /// <summary>Since when which accounts are paused.</summary>
    public static async Task<Dictionary<string, DateTimeOffset>> ReadAllAsync(Transaction tx) =>
        (await tx.ReadAllAsync<(string AppId, DateTimeOffset PausedAt)>("select app_id, paused_at from followersync.pauses")).ToDictionary(one => one.AppId, one => one.PausedAt, StringComparer.Ordinal);

    /// <summary>Since when the account is paused; null = it is not.</summary>
    public Task<DateTimeOffset?> ReadAsync(string appId, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ReadOrDefaultAsync<DateTimeOffset?>("select paused_at from followersync.pauses where app_id = @appId", new { appId }), cancellationToken);
}
