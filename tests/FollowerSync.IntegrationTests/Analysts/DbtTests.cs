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
    public async Task The_copy_of_its_README_holds_whom_the_table_holds_also_when_changes_were_deleted_before_they_were_read()
    {
        const string Copy = $"{DbtPackage.Target}.followers_copy";
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        // As old as they get.
        await scene.Tables.ExecuteAsync($"create schema {DbtPackage.Target}; delete from wechat.changes; update followersync.change_counter set pruned_id = last_id");
        foreach ((string name, string sql) in Package.Models())
            await scene.Tables.ExecuteAsync($"create view {DbtPackage.Target}.{name} as {sql}");
        (string first, string later, string after) = Package.Copy(Copy);
        await scene.Tables.ExecuteAsync($"create table {Copy} as {first}; {after}");
        (await DifferencesAsync()).ShouldBe(0);

        await scene.LeaveAsync(people[0].OpenId);
        await scene.NewErasure().ForgetAsync([people[1].OpenId], default);
        await BuildAsync();
        (await DifferencesAsync()).ShouldBe(0);
        (await scene.CountAsync($"{Copy} where last_id = (select max(last_id) from {Copy})")).ShouldBe(1, "only who changed is read");

        await scene.LeaveAsync(people[2].OpenId);
        await scene.NewErasure().ForgetAsync([people[3].OpenId], default);
        await scene.Tables.ExecuteAsync("delete from wechat.changes; update followersync.change_counter set pruned_id = last_id");
        await BuildAsync();
        (await DifferencesAsync()).ShouldBe(0);

        Task BuildAsync() => scene.Tables.ExecuteAsync(
            $"""
            create table {Copy}_next as {later};
            delete from {Copy} t using {Copy}_next n where t.app_id = n.app_id and t.openid = n.openid;
            insert into {Copy} select * from {Copy}_next;
            drop table {Copy}_next;
            {after}
            """);

        Task<long> DifferencesAsync() => scene.CountAsync(
            $"{DbtPackage.Target}.stg_wechat__followers f full join {Copy} c using (app_id, openid) where to_jsonb(f) is distinct from to_jsonb(c) - 'last_id'");
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
