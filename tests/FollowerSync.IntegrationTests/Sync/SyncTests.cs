using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync;

public sealed class SyncTests
{
    [Fact]
    public async Task First_sync_equals_the_truth_in_every_column_with_the_fewest_calls()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 25_000 });

        SyncRun run = await account.SyncAsync();

        run.ShouldSatisfyAllConditions(
            () => run.Error.ShouldBeNull(),
            () => run.Status.ShouldBe(RunStatus.Succeeded),
            () => run.Listed.ShouldBe(25_000),
            () => run.Added.ShouldBe(25_000),
            () => run.ApiCalls.ShouldBe(1 + 4 + 250));
        account.Emulator.Requests.Count("/cgi-bin/user/info/batchget").ShouldBe(250);
        account.Emulator.Requests.Count("/cgi-bin/user/get").ShouldBe(4);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Second_sync_of_an_unchanged_account_writes_no_follower_row_and_fetches_no_token()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 25_000 });
        await account.SyncAsync();
        string before = await account.Tables.ReadAsync<string>(VersionsSql);
        account.Emulator.Requests.Clear();

        SyncRun run = await account.SyncAsync();

        run.ShouldSatisfyAllConditions(
            () => run.Status.ShouldBe(RunStatus.Succeeded),
            () => run.Unchanged.ShouldBe(25_000),
            () => run.Added.ShouldBe(0),
            () => run.Changed.ShouldBe(0));
        (await account.Tables.ReadAsync<string>(VersionsSql)).ShouldBe(before);
        account.Emulator.Requests.Total.ShouldBe(4 + 250);
    }

    [Fact]
    public async Task Sync_after_churn_writes_exactly_the_changed_rows()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 10_000 });
        await account.SyncAsync();
        Dictionary<string, string> before = account.Truth.Everyone().ToDictionary(f => f.OpenId, StoredFollower.Describe, StringComparer.Ordinal);
        string lastWriter = await account.Tables.ReadAsync<string>("select txid_current()::text");
        account.Truth.Churn(percent: 3);
        string[] changed = [.. account.Truth.Everyone().Where(f => !before.TryGetValue(f.OpenId, out string? old) || old != StoredFollower.Describe(f)).Select(f => f.OpenId)];

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await account.ShouldEqualTruthAsync();
        string[] written = await account.Tables.ReadAsync<string[]>(
            $"select array_agg(openid order by openid) from wechat.followers where xmin::text::bigint > {lastWriter}");
        written.ShouldBe(changed.Order(StringComparer.Ordinal));
        (run.Added + run.Changed + run.Unsubscribed).ShouldBe(changed.Length);
    }

    private const string VersionsSql = "select md5(string_agg(openid || xmin || ctid || xmax, ',' order by openid)) from wechat.followers";
}
