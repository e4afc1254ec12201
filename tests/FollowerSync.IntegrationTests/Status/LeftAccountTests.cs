using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Nodes;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Status;

/// <summary>An account that nobody names any more is retired, not overdue.</summary>
public sealed class LeftAccountTests
{
    private static readonly string StaleSql = new DbtPackage(Repository.PathOf("dbt")).Tests().Single(test => test.Name == "every_account_is_fresh").Sql;

    [Fact]
    public async Task An_account_out_of_the_settings_is_told_as_such_and_stale_for_nobody_until_it_is_named_again()
    {
        await using Installation installation = await Installation.CreateAsync(Cluster.Accounts(count: 2, followers: 3));
        installation.Settings["Analysts__Language"] = "en";
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        string appId = installation.WeChat.Accounts[1].AppId;
        await installation.Database.ExecuteAsync($"update wechat.sync_runs set started_at = started_at - interval '8 days', complete_as_of = complete_as_of - interval '8 days' where app_id = '{appId}'");
        (await StaleAsync(installation)).ShouldBe(1);
        Dictionary<string, string> second = installation.Settings.Where(setting => setting.Key.StartsWith("WeChat__Accounts__1__", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        foreach (string key in second.Keys)
            installation.Settings.Remove(key);

        await using (FollowerSyncProcess worker = installation.Start("run"))
        {
            await installation.UntilAsync($"select array(select app_id from wechat.accounts where left_at is not null) = array['{appId}']", worker);
            (await worker.StopAsync()).ExitCode.ShouldBe(0);
        }

        (await WhyAsync(installation, appId)).ShouldMatch("^No longer in the settings since 20[0-9 :-]{14}.$");
        (await StaleAsync(installation)).ShouldBe(0);
        foreach ((string key, string value) in second)
            installation.Settings[key] = value;
        (await installation.RunAsync("sync", "--account", appId)).ExitCode.ShouldBe(0);
        (await WhyAsync(installation, appId)).ShouldBeEmpty();
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.accounts where left_at is not null")).ShouldBe(0);
    }

    private static Task<long> StaleAsync(Installation installation) => installation.Database.ReadAsync<long>($"select count(*) from ({StaleSql}) t");

    private static Task<string> WhyAsync(Installation installation, string appId) =>
        installation.Database.ReadAsync<string>($"select coalesce(why, '') from wechat.freshness where app_id = '{appId}'");
}
