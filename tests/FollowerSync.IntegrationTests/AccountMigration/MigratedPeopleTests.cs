using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.AccountMigration;

/// <summary>What analysts see of people who were migrated.</summary>
public sealed class MigratedPeopleTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string A = "wx00000000000000c1";
    private const string B = "wx00000000000000c2";
    private const string C = "wx00000000000000c3";

    public Task InitializeAsync() => BeginAsync(database);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Without_a_unionid_a_migrated_person_is_one_person_who_follows_the_new_account_since_the_old_one()
    {
        await FollowAsync(A, "old", unionId: null, "2024-01-05");
        await FollowAsync(B, "new", unionId: null, "2026-11-01");
        await FollowAsync(A, "other", unionId: null, "2025-01-05");
        await MigrateAsync(A, "old", B, "new");
        await MigrateAsync(A, "other", B, null);

        (await PeopleAsync()).ShouldBe([$"- new {B} {A},{B} 2024-01-05", $"- other {A} {A} 2025-01-05"]);
    }

    [Fact]
    public async Task A_new_account_that_is_not_synced_yet_makes_nobody_followed()
    {
        await FollowAsync(A, "old", unionId: null, "2024-01-05");
        await MigrateAsync(A, "old", B, "new");

        (await PeopleAsync()).ShouldBe([$"- new - {A} 2024-01-05"]);
    }

    [Theory]
    [InlineData("u1", null, "u1")]
    [InlineData(null, "u2", "u2")]
    [InlineData("u1", "u1", "u1")]
    [InlineData("u1", "u2", "u2")]
    public async Task A_unionid_of_either_side_is_the_person_s_and_what_it_joined_stays_joined(string? before, string? after, string person)
    {
        await FollowAsync(A, "old", before, "2024-01-05");
        await FollowAsync(B, "new", after, "2026-11-01");
        await FollowAsync(C, "third", before ?? after, "2023-06-01");
        await MigrateAsync(A, "old", B, "new");

        (await PeopleAsync()).ShouldBe([$"{person} - {B},{C} {A},{B},{C} 2023-06-01"]);
    }

    [Fact]
    public async Task A_second_migration_leads_on()
    {
        await FollowAsync(A, "first", unionId: null, "2022-01-05");
        await FollowAsync(B, "second", unionId: null, "2024-01-05");
        await FollowAsync(C, "third", unionId: null, "2026-01-05");
        await MigrateAsync(A, "first", B, "second");
        await MigrateAsync(B, "second", C, "third");

        (await PeopleAsync()).ShouldBe([$"- third {C} {A},{B},{C} 2022-01-05"]);
        (await database.ReadAsync<string>("select string_agg(openid || ' ' || last_openid || ' ' || migrations, ', ' order by openid) from wechat.openid_successors"))
            .ShouldBe("first third 2, second third 1");
    }

    [Fact]
    public async Task Two_accounts_migrated_to_one_make_one_person_of_both()
    {
        await FollowAsync(A, "one", unionId: null, "2022-01-05");
        await FollowAsync(B, "two", unionId: null, "2021-01-05");
        await FollowAsync(C, "new", unionId: null, "2026-01-05");
        await MigrateAsync(A, "one", C, "new");
        await MigrateAsync(B, "two", C, "new");

        (await PeopleAsync()).ShouldBe([$"- new {C} {A},{B},{C} 2021-01-05"]);
    }

    [Fact]
    public async Task A_circle_ends()
    {
        await FollowAsync(A, "one", unionId: null, "2022-01-05");
        await MigrateAsync(A, "one", B, "two");
        await MigrateAsync(B, "two", A, "one");

        (await PeopleAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Who_was_migrated_does_not_follow_both_accounts()
    {
        await FollowAsync(A, "old", "u1", "2024-01-05");
        await FollowAsync(B, "new", "u1", "2026-11-01");
        await FollowAsync(C, "third", "u1", "2023-06-01");
        await MigrateAsync(A, "old", B, "new");

        (await database.ReadAsync<string>("select string_agg(app_id || ' ' || other_app_id || ' ' || people, ', ') from wechat.account_overlap")).ShouldBe($"{B} {C} 1");
    }

    [Fact]
    public Task Keys_and_visitors_follow_no_account_from_which_they_were_migrated() => TellAsync(database);

    [Fact]
    public Task Nor_where_the_tables_are_spread() => SpreadTables.AskForAsync(async () =>
    {
        await using TestDatabase spread = await TestDatabase.CreateAsync();
        await BeginAsync(spread);
        await TellAsync(spread);
    });

    private static Task BeginAsync(TestDatabase database) => database.ExecuteAsync(
        $"""
        truncate wechat.followers, wechat.openid_changes, wechat.sync_runs, wechat.visitors;
        insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, complete_as_of, listing_id)
        select app_id, 'manual', 'succeeded', now() - interval '1 minute', now(), now() - interval '1 minute', 1 from unnest(array['{A}', '{B}', '{C}']) a (app_id);
        """);

    private static async Task TellAsync(TestDatabase database)
    {
        await FollowAsync(database, A, "old", "u1", "2024-01-05");
        await FollowAsync(database, B, "new", "u1", "2026-11-01");
        await FollowAsync(database, C, "third", "u1", "2023-06-01");
        await FollowAsync(database, A, "stays", "u2", "2024-02-05");
        await FollowAsync(database, A, "single", unionId: null, "2024-01-05");
        await FollowAsync(database, A, "moved", unionId: null, "2024-01-05");
        await MigrateAsync(database, A, "old", B, "new");
        await MigrateAsync(database, A, "stays", B, null);
        await MigrateAsync(database, A, "moved", B, "elsewhere");
        await database.ExecuteAsync("insert into wechat.visitors (app_id, openid, first_seen_at, last_seen_at, visits) select app_id, openid, now(), now(), 1 from wechat.followers");

        const string Told = "select unionid || ' ' || array_to_string(accounts_followed, ',') from ";
        (await LinesAsync(database, Told + "wechat.crm_keys")).ShouldBe([$"u1 {B},{C}", $"u2 {A}"]);
        (await LinesAsync(database, Told + "wechat.people where unionid is not null")).ShouldBe([$"u1 {B},{C}", $"u2 {A}"]);
        (await LinesAsync(database, "select openid || ' ' || coalesce(array_to_string(accounts_followed, ','), '-') from wechat.known_visitors")).ShouldBe(
            ["moved -", $"new {B},{C}", $"old {B},{C}", $"single {A}", $"stays {A}", $"third {B},{C}"]);
    }

    private static Task<string[]> LinesAsync(TestDatabase database, string sql) => database.ReadAsync<string[]>($"select array_agg(line order by line collate \"C\") from ({sql}) l (line)");

    private Task FollowAsync(string app, string openId, string? unionId, string day) => FollowAsync(database, app, openId, unionId, day);

    private static Task FollowAsync(TestDatabase database, string app, string openId, string? unionId, string day) => database.ExecuteAsync(
        $"""
        insert into wechat.followers (app_id, openid, unionid, subscribe, subscribe_time, first_seen_at, changed_at)
        values ('{app}', '{openId}', {(unionId is null ? "null" : $"'{unionId}'")}, true, '{day} 12:00+08', now() - interval '1 hour', now() - interval '1 hour')
        """);

    private Task MigrateAsync(string from, string old, string to, string? openId) => MigrateAsync(database, from, old, to, openId);

    private static Task MigrateAsync(TestDatabase database, string from, string old, string to, string? openId) => database.ExecuteAsync(
        $"insert into wechat.openid_changes values ('{from}', '{old}', '{to}', {(openId is null ? "null, 'ori_openid error'" : $"'{openId}', null")}, now())");

    private Task<string[]> PeopleAsync() => database.ReadAsync<string[]>(
        """
        select array_agg(concat_ws(' ', coalesce(unionid, '-'), coalesce(openid, '-'), coalesce(array_to_string(accounts_followed, ','), '-'), array_to_string(accounts_known, ','),
            (first_followed_at at time zone 'Asia/Shanghai')::date) order by openid)
        from wechat.people
        """);
}
