using FollowerSync.IntegrationTests.Support;
using FollowerSync.Logging;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Status;

/// <summary>Which accounts a worker calls left: several may run against one database, each with accounts of its own, and so may timers that sync.</summary>
public sealed class LeftMarkTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Own = "wx00000000000000d1";
    private const string Other = "wx00000000000000d2";
    private const string Settings = "WeChat:0123456789ab";

    public Task InitializeAsync() => database.ExecuteAsync(
        $"""
        truncate wechat.accounts, wechat.sync_runs, followersync.nodes cascade;
        insert into wechat.accounts (app_id, name, left_at) values ('{Own}', 'own', now()), ('{Other}', 'other', null);
        {RowOf("here/boot/1", "here", Settings, started: "1 hour", seen: "1 second")};
        {RunOf("schedule", "37 hours")};
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Whom_the_only_worker_does_not_name_and_nobody_synced_for_a_night_and_a_half_has_left() => (await LeftAsync()).ShouldBe([Other]);

    [Theory]
    [InlineData("a worker with other accounts lives", "1 day", "1 second", null)]
    [InlineData("it is being started anew", "1 day", "10 seconds", "10 seconds")]
    [InlineData("it died", "30 days", "6 days", null)]
    public async Task Whom_a_worker_of_another_machine_may_have_has_not_left(string why, string started, string seen, string? stopped)
    {
        await database.ExecuteAsync(RowOf("there/boot/1", "there", "WeChat:ba9876543210", started, seen, stopped));

        (await LeftAsync()).ShouldBeEmpty(why);
    }

    [Theory]
    [InlineData("nobody has heard of it for a week", "there/boot/1", "there", "8 days", null)]
    [InlineData("ours has taken its place on the machine", "here/boot before/2", "unnamed", "2 hours", "2 hours")]
    [InlineData("ours has its name", "a container/boot/2", "here", "2 hours", null)]
    public async Task Whom_only_a_worker_of_the_past_had_has_left(string why, string host, string node, string seen, string? stopped)
    {
        await database.ExecuteAsync(RowOf(host, node, "WeChat:ba9876543210", "30 days", seen, stopped));

        (await LeftAsync()).ShouldBe([Other], why);
    }

    [Fact]
    public async Task Nobody_has_left_whom_a_worker_beside_ours_on_one_machine_has()
    {
        await database.ExecuteAsync(RowOf("here/boot/1", "beside", "WeChat:ba9876543210", started: "2 days", seen: "20 seconds"));
        await database.ExecuteAsync("update followersync.nodes set started_at = now() - interval '10 seconds' where node = 'here'");

        (await LeftAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("schedule", "35 hours", false)]
    [InlineData("manual", "6 days", false)]
    [InlineData("manual", "8 days", true)]
    [InlineData("event", "1 hour", true)]
    public async Task Whom_somebody_has_synced_lately_has_not_left(string trigger, string before, bool left)
    {
        await database.ExecuteAsync(RunOf(trigger, before));

        (await LeftAsync()).Length.ShouldBe(left ? 1 : 0);
    }

    /// <summary>Whom a worker with one account marks; its own was marked before.</summary>
    private async Task<string[]> LeftAsync()
    {
        await new SyncRunStore(database.Open(), new SecretMask()).MarkLeftAsync([Own], Settings, default);
        return await database.ReadAsync<string[]>("select coalesce(array_agg(app_id), '{}') from wechat.accounts where left_at is not null");
    }

    private static string RunOf(string trigger, string before) =>
        $"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at) values ('{Other}', '{trigger}', 'failed', now() - interval '{before}', now())";

    private static string RowOf(string host, string node, string settings, string started, string seen, string? stopped = null) =>
        $"""
        insert into followersync.nodes (host, process, node, version, fingerprint, started_at, last_seen, silence, stopped_at)
        values ('{host}', '{node}', '{node}', '1', 'Sync:0 {settings} Web:0', now() - interval '{started}', now() - interval '{seen}', '90 s',
                {(stopped is null ? "null" : $"now() - interval '{stopped}'")})
        """;
}
