using System.Text.RegularExpressions;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>Names stand beside ids in the ready views, one id is spelled one way, and what nobody knows yet is null.</summary>
public sealed partial class NamesTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    // These tell rows of tables as they are; names are joined by whoever wants them.
    private const string Raw = "('confirmed_followers', 'follow_episodes', 'follower_history', 'followers_plain', 'history_plain', 'visitors_plain', 'scans_plain')";

    public Task InitializeAsync() => database.ExecuteAsync(
        """
        truncate wechat.accounts, wechat.groups, wechat.sync_runs, wechat.followers;
        insert into wechat.accounts (app_id, name) values ('wx0', 'new'), ('wx1', 'old');
        insert into wechat.groups (app_id, groupid, name, first_seen_at, read_at) values ('wx1', 2, '星标组', now(), now());
        insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, complete_as_of)
        values ('wx1', 'schedule', 'succeeded', now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour');
        insert into wechat.followers (app_id, openid, subscribe, subscribe_time, groupid, subscribe_scene, first_seen_at, changed_at)
        select 'wx1', 'o' || n, true, now() - interval '2 days', 2, scene, now() - interval '1 day', now() - interval '1 day'
        from unnest(array['ADD_SCENE_LIVESTREAM', 'ADD_SCENE_OF_TOMORROW', null]) with ordinality s (scene, n);
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("app_id", "account")]
    [InlineData("other_app_id", "other_account")]
    [InlineData("last_app_id", "last_account")]
    [InlineData("groupid", "name, group_name")]
    [InlineData("tag_id", "name")]
    [InlineData("scene", "scene_zh")]
    [InlineData("scene", "scene_en")]
    [InlineData("subscribe_scene", "scene_zh")]
    [InlineData("subscribe_scene", "scene_en")]
    public async Task A_ready_view_that_has_the_id_has_its_name(string id, string names)
    {
        string lacking = await database.ReadAsync<string>(
            $"""
            select coalesce(string_agg(c.relname, ', '), '')
            from pg_class c
            where c.relnamespace = 'wechat'::regnamespace and c.relkind = 'v' and c.relname not in {Raw}
              and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = '{id}')
              and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = any (string_to_array('{names}', ', ')))
            """);
        lacking.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_id_is_spelled_one_way() =>
        (await database.ReadAsync<long>("select count(*) from information_schema.columns where table_schema = 'wechat' and column_name in ('group_id', 'tagid', 'scene_id', 'account_name')")).ShouldBe(0);

    [Fact]
    public async Task Names_are_told_in_both_languages_and_a_scene_nobody_knows_by_its_value()
    {
        (await database.ReadAsync<string>("select string_agg(concat_ws(' ', account, group_name, scene_zh, scene_en), '|' order by openid) from wechat.audience"))
            .ShouldBe("old 星标组 视频号直播 Live stream of Channels|old 星标组 ADD_SCENE_OF_TOMORROW ADD_SCENE_OF_TOMORROW|old 星标组");
        (await database.ReadAsync<string>("select zh from wechat.scenes where scene = 'unknown'")).ShouldBe("未知");
    }

    [Fact]
    public async Task Every_scene_the_emulator_gives_has_a_name()
    {
        string sources = string.Concat(Directory.GetFiles(Repository.PathOf("src/FollowerSync.Emulator"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        string[] scenes = [.. SceneName().Matches(sources).Select(match => match.Value).Distinct()];
        scenes.Length.ShouldBeGreaterThan(5);
        foreach (string scene in scenes)
            (await database.ReadAsync<bool>($"select exists (select from wechat.scenes where scene = '{scene}')")).ShouldBeTrue(scene);
    }

    [Fact]
    public async Task Names_that_nobody_asks_for_are_not_looked_up()
    {
        string plan = await database.ReadAsync<string>("explain (format json) select count(*) from wechat.audience where subscribe");

        plan.ShouldNotContain("\"groups\"");
        plan.ShouldNotContain("\"scenes\"");
    }

    [Fact]
    public async Task Of_an_account_that_never_completed_a_run_numbers_are_null()
    {
        (await database.ReadAsync<bool>("select rejected is null and held is null and not_confirmed_since is null from wechat.freshness where account = 'new'")).ShouldBeTrue();
        (await database.ReadAsync<string>("select concat_ws(' ', rejected, held, not_confirmed_since) from wechat.freshness where account = 'old'")).ShouldBe("0 0 0");
        string question = await File.ReadAllTextAsync(Repository.PathOf("db/queries/01_followers_now.sql"));
        (await database.ReadAsync<string>($"select string_agg(concat_ws(' ', account, coalesce(followers::text, 'null')), ', ' order by account) from ({question.TrimEnd().TrimEnd(';')}) q")).ShouldBe("new null, old 3");
    }

    [GeneratedRegex("ADD_SCENE_[A-Z_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SceneName();
}
