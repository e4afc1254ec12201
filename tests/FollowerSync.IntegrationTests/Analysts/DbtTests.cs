using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>The dbt package does on a real database what it says.</summary>
public sealed class DbtTests
{
    private static readonly DbtPackage Package = new(Repository.PathOf("dbt"));

    [Fact]
    public async Task Every_model_runs_has_the_columns_that_are_described_and_every_test_passes()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        await scene.LeaveAsync(people[0].OpenId);
        await scene.LeaveAsync(people[1].OpenId);
        scene.Truth.Follow(people[1].OpenId);
        await scene.SyncAfterAsync(days: 1);
        await scene.Tables.ExecuteAsync($"create schema {DbtPackage.Target}");

        foreach ((string name, string sql) in Package.Models())
            await scene.Tables.ExecuteAsync($"create view {DbtPackage.Target}.{name} as {sql}");

        (await scene.Tables.ReadAsync<string[]>(
            $"select array_agg(table_name || '.' || column_name order by table_name, ordinal_position) from information_schema.columns where table_schema = '{DbtPackage.Target}'"))
            .ShouldBe(Package.Columns().OrderBy(c => c.Model, StringComparer.Ordinal).Select(c => $"{c.Model}.{c.Column}"));
        Package.Tests().Count.ShouldBeGreaterThan(25);
        foreach ((string name, string sql) in Package.Tests())
            (await scene.CountAsync($"({sql}) t")).ShouldBe(0, name);
        foreach ((string name, _) in Package.Models())
            (await scene.CountAsync($"{DbtPackage.Target}.{name}")).ShouldBeGreaterThan(0, name);
        (await scene.Tables.ReadAsync<long>($"select sum(following)::bigint from {DbtPackage.Target}.wechat_scenes")).ShouldBe(59);
    }

    [Fact]
    public async Task Its_tests_find_an_account_that_is_stale_and_one_that_never_was_complete()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 5);
        (_, string sql) = Package.Tests().Single(test => test.Name == "every_account_is_fresh");
        await scene.Tables.ExecuteAsync("insert into wechat.accounts values ('wx00000000000000c1', 'never')");
        (await scene.CountAsync($"({sql}) t")).ShouldBe(1);

        await scene.Tables.ExecuteAsync("update followersync.listings set started_at = started_at - interval '3 days', listed_at = listed_at - interval '3 days'; update wechat.sync_runs set started_at = started_at - interval '3 days', finished_at = finished_at - interval '3 days', complete_as_of = complete_as_of - interval '3 days'");

        (await scene.CountAsync($"({sql}) t")).ShouldBe(2);
    }

    [Fact]
    public async Task It_names_only_what_there_is_and_nothing_personal()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        string[] relations = await database.ReadAsync<string[]>("select array_agg(relname::text) from pg_class where relnamespace = 'wechat'::regnamespace");

        Package.Sources().Except(relations).ShouldBeEmpty();
        Package.Names("source").Except(Package.Sources()).ShouldBeEmpty("sources.yml does not have it");
        Package.Names("ref").Except(Package.Models().Select(model => model.Name)).ShouldBeEmpty();
        foreach (string column in (string[])["nickname", "headimgurl", "remark", "sex", "language", "city", "province", "country", "profile_hash"])
            Package.Models().Where(model => model.Sql.Split([' ', ',', '.', '\n', '(', ')']).Contains(column, StringComparer.Ordinal)).Select(model => model.Name).ShouldBeEmpty(column);
    }
}
