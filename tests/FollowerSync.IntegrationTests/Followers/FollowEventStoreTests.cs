using FollowerSync.Facts;
using FollowerSync.Followers;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>What trusted events do to the tables. Times are minutes of a made-up hour; a list was read to its end at minute 0.</summary>
public sealed class FollowEventStoreTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string AppId = "wx00000000000000aa";
    private static readonly DateTimeOffset Hour = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => database.ExecuteAsync(
        $"""
        truncate wechat.followers, wechat.follower_versions, wechat.past_episodes, wechat.scans, wechat.sync_runs, followersync.listings, followersync.unfollow_candidates,
            followersync.counted_facts, followersync.settled_doubts, followersync.episode_changes, wechat.daily_scenes, wechat.daily_qr_codes, wechat.daily_groups, wechat.daily_tags;
        insert into wechat.accounts (app_id, name) values ('{AppId}', 'Brand') on conflict do nothing;
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_leave_that_WeChat_confirms_is_stored_to_the_second_with_the_version_before_it()
    {
        await StoreAsync("o1", followedAt: -60);

        (await ApplyAsync([Leave("o1", 10)], Gone("o1"))).ShouldBe(1);

        (await RowAsync("o1")).ShouldBe("gone since -60 left 10..10 event");
        (await EpisodesAsync("o1")).ShouldBe(["-60..[10,10] event"]);
        (await ReadAsync("select replaced::text from wechat.follower_versions")).ShouldBe(["{subscribe,unfollowed_after,unfollowed_before,unfollow_source}"]);
        (await HistoryJoinsAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_came_and_went_between_two_looks_is_stored_as_gone()
    {
        (await ApplyAsync([Leave("o1", 12), Follow("o1", 10, "qrscene_77")], Gone("o1"))).ShouldBe(1);

        (await RowAsync("o1")).ShouldBe("gone since 10 left 12..12 event");
        (await ReadAsync("select concat_ws(' ', subscribe_scene, qr_scene, qr_scene_str, nickname, first_followed_at) from wechat.followers")).ShouldBe(["ADD_SCENE_QR_CODE 77"]);
    }

    [Fact]
    public async Task The_same_events_again_write_nothing()
    {
        await StoreAsync("o1", followedAt: -60);
        FollowEvent[] events = [Leave("o1", 10), Follow("o1", 12), Leave("o1", 14), Follow("o2", 10), Leave("o2", 11)];
        Dictionary<string, FollowAnswer> answers = new() { ["o1"] = new(Follows: false), ["o2"] = new(Follows: false) };
        (await ApplyAsync(events, answers)).ShouldBe(2);
        string[] before = await EverythingAsync();

        (await ApplyAsync([.. events.Reverse(), .. events], answers)).ShouldBe(0);

        (await EverythingAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Several_episodes_closed_in_one_transaction_have_keys_of_their_own()
    {
        await StoreAsync("o1", followedAt: -60);

        await ApplyAsync([Leave("o1", 1), Follow("o1", 2), Leave("o1", 3), Follow("o1", 4), Leave("o1", 5), Follow("o1", 6)], Follows("o1", 6));

        (await EpisodesAsync("o1")).ShouldBe(["-60..[1,1] event", "2..[3,3] event", "4..[5,5] event", "6..[,]"]);
        (await ReadAsync("select is_return::text from wechat.past_episodes order by ended_at")).ShouldBe(["false", "true", "true"]);
        (await ReadAsync($"select (followed_again_at - '{Hour:O}')::text from wechat.past_episodes order by ended_at")).ShouldBe(["00:02:00", "00:04:00", "00:06:00"]);
        (await ReadAsync($"select (first_followed_at - '{Hour:O}')::text from wechat.followers")).ShouldBe(["-01:00:00"]);
    }

    [Fact]
    public async Task A_late_leave_sharpens_what_a_list_found_and_keeps_the_version_that_said_so()
    {
        await StoreAsync("o1", followedAt: -60, after: 0, before: 30, source: "listing");

        (await ApplyAsync([Leave("o1", 10)], Gone("o1"))).ShouldBe(0, "the person was known to be gone");

        (await RowAsync("o1")).ShouldBe("gone since -60 left 10..10 event");
        (await ReadAsync($"select (unfollowed_before - '{Hour:O}')::text || unfollow_source from wechat.follower_versions")).ShouldBe(["00:30:00listing"]);
        (await HistoryJoinsAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_late_leave_sharpens_a_past_episode_under_its_key_and_leaves_the_row_alone()
    {
        await StoreAsync("o1", followedAt: 30);
        await StorePastAsync("o1", followedAt: -60, after: 0, before: 30, endedAt: 31);

        await ApplyAsync([Leave("o1", 10), Follow("o1", 11), Leave("o1", 12)], Follows("o1", 30));

        (await EpisodesAsync("o1")).ShouldBe(["-60..[10,10] event", "11..[12,12] event", "30..[,]"]);
        (await ReadAsync($"select (ended_at - '{Hour:O}')::text from wechat.past_episodes order by ended_at")).ShouldBe(["00:31:00", "00:31:00.000001"]);
        (await ReadAsync("select 'version' from wechat.follower_versions")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_anonymised_and_came_and_went_again_stays_anonymous()
    {
        await StoreAsync("anon_1", followedAt: -60, after: -50, before: -40);
        await database.ExecuteAsync("update wechat.followers set anonymised_at = now()");

        await ApplyAsync([Follow("o1", 10, "qrscene_5"), Leave("o1", 12)], new() { ["o1"] = new(Follows: false, FollowedAt: null, Pseudonym: "anon_1") });

        (await EpisodesAsync("anon_1")).ShouldBe(["-60..[-50,-40] answer", "10..[12,12] event"]);
        (await ReadAsync("select openid from wechat.scans")).ShouldBe(["anon_1"]);
        (await ReadAsync("select openid from wechat.followers where openid = 'o1'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pseudonym_that_stands_for_nobody_changes_nothing()
    {
        await ApplyAsync([Follow("o1", 10), Leave("o1", 12)], new() { ["o1"] = new(Follows: false, FollowedAt: null, Pseudonym: "anon_1") });

        (await EpisodesAsync("o1")).ShouldBe(["10..[12,12] event"]);
    }

    [Fact]
    public async Task Scans_are_stored_once_with_number_or_text_and_whether_the_person_followed()
    {
        FollowEvent[] events =
        [
            Follow("o1", 10, "qrscene_4294967295"), Scan("o1", 11, "4294967296"), Scan("o1", 11, "东门\0\ud83d"), Follow("o2", 12, ""), Follow("o3", 12, null), Scan("o4", 13, null),
        ];
        await ApplyAsync([.. events, events[0]], Follows("o1", 10));
        await ApplyAsync(events, Follows("o1", 10));

        (await ReadAsync($"select concat_ws(' ', openid, scanned_at - '{Hour:O}', qr_scene, qr_scene_str, was_following) from wechat.scans order by scanned_at, qr_scene_str")).ShouldBe(
            ["o1 00:10:00 4294967295 f", "o1 00:11:00 4294967296 t", "o1 00:11:00 东门\ufffd t", "o4 00:13:00 t"]);
    }

    [Fact]
    public async Task Who_is_marked_is_no_candidate_any_longer_and_who_has_come_back_is_one_until_the_answer_is_merged()
    {
        await StoreAsync("o1", followedAt: -60);
        await StoreAsync("o2", followedAt: -60);
        await database.ExecuteAsync($"insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness, answered_at) select '{AppId}', o, 1, 'listing', now() from unnest(array['o1', 'o2', 'o3']) o");

        await ApplyAsync([Follow("o1", 10), Leave("o2", 10)], new() { ["o1"] = new(Follows: true, Hour.AddMinutes(10)), ["o2"] = new(Follows: false) });

        (await ReadAsync("select openid from followersync.unfollow_candidates order by openid")).ShouldBe(["o1", "o3"]);
    }

    [Fact]
    public async Task A_list_that_lacked_a_person_nobody_was_answered_about_does_not_say_that_the_person_followed()
    {
        await StoreAsync("o1", followedAt: -600);
        await database.ExecuteAsync(
            $"""
            insert into followersync.listings (app_id, status, started_at, listed_at) select '{AppId}', 'done', m, m from unnest(array[{Minute(-60)}, {Minute(-30)}, {Minute(0)}]::timestamptz[]) m;
            insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness, missing_since) values ('{AppId}', 'o1', 1, 'listing', {Minute(-30)});
            """);

        await ApplyAsync([Leave("o1", -20), Follow("o1", 10)], Follows("o1", 10));

        (await EpisodesAsync("o1")).ShouldBe(["-600..[-20,-20] event", "10..[,]"]);
    }

    [Fact]
    public async Task A_list_that_was_still_read_when_a_person_came_back_does_not_say_that_the_person_followed_at_its_beginning()
    {
        await StoreAsync("o1", followedAt: -600);
        await StoreAsync("o2", followedAt: -600);
        await database.ExecuteAsync(
            $"insert into followersync.listings (app_id, status, started_at, listed_at) values ('{AppId}', 'done', {Minute(-60)}, {Minute(-50)}), ('{AppId}', 'done', {Minute(0)}, {Minute(30)})");

        await ApplyAsync([Leave("o1", -10)], Follows("o1", 15));
        await ApplyAsync([Leave("o2", -70)], Follows("o2", 15));

        (await EpisodesAsync("o1")).ShouldBe(["-600..[-10,-10] event", "15..[,]"]);
        (await EpisodesAsync("o2")).ShouldBe(["-600..[,]"], "the list before was read to its end, and the answer is left to the merge");
    }

    [Fact]
    public async Task An_event_tells_when_a_person_followed_whom_WeChat_gave_no_time_for_or_that_of_the_follow_before()
    {
        foreach (string openId in new[] { "o1", "o2", "o3" })
            await StoreAsync(openId, followedAt: -600);
        await database.ExecuteAsync($"update wechat.followers set followed_after = {Minute(-20)}, followed_before = {Minute(0)}, first_followed_at = {Minute(-900)}, subscribe_time = case when openid <> 'o2' then subscribe_time end");

        await ApplyAsync([Follow("o1", -10), Follow("o2", -10), Follow("o3", -30)], new() { ["o1"] = new(Follows: true, Hour.AddMinutes(-600)), ["o2"] = new(Follows: true), ["o3"] = new(Follows: true) });

        (await ReadAsync($"select concat_ws(' ', openid, {InMinutes("subscribe_time")}, {InMinutes("followed_after")}, {InMinutes("followed_before")}) from wechat.followers order by openid"))
            .ShouldBe(["o1 -10", "o2 -10", "o3 -600 -20 0"]);
        await ApplyAsync([Leave("o3", 5)], Gone("o3"));
        (await RowAsync("o3")).ShouldBe("gone since -600 left 5..5 event");
        (await ReadAsync($"select concat_ws(' ', {InMinutes("followed_after")}, {InMinutes("followed_before")}) from wechat.followers where openid = 'o3'")).ShouldBe(["-20 0"]);
    }

    [Fact]
    public async Task Without_an_answer_nobody_is_touched()
    {
        await StoreAsync("o1", followedAt: -60);

        (await ApplyAsync([Leave("o1", 10), Follow("o2", 10), Leave("o2", 11)], [])).ShouldBe(0);

        (await RowAsync("o1")).ShouldBe("follows since -60");
        (await ReadAsync("select openid from wechat.followers where openid = 'o2'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_written_in_the_future_by_a_clock_that_was_set_back_is_still_followed_by_the_next_version()
    {
        await StoreAsync("o1", followedAt: -60);
        await database.ExecuteAsync("update wechat.followers set changed_at = now() + interval '1 day'");

        await ApplyAsync([Leave("o1", 10), Follow("o1", 11), Leave("o1", 12)], Gone("o1"));

        (await HistoryJoinsAsync()).ShouldBeTrue();
        (await EpisodesAsync("o1")).ShouldBe(["-60..[10,10] event", "11..[12,12] event"]);
    }

    [Fact]
    public async Task A_run_that_only_saw_to_arrivals_is_no_complete_run()
    {
        await database.ExecuteAsync($"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, complete_as_of) values ('{AppId}', 'schedule', 'succeeded', now(), now(), now()), ('{AppId}', 'event', 'succeeded', now(), now(), null)");

        (await ReadAsync("select s.trigger from wechat.complete_runs r join wechat.sync_runs s using (run_id)")).ShouldBe(["schedule"]);
    }

    [Fact]
    public async Task What_events_tell_after_the_newest_complete_run_is_in_no_total_before_the_next_one()
    {
        await StoreAsync("o1", followedAt: -60);
        await CountAsync(Hour.AddDays(-2));
        string[] before = await ReadAsync("select to_jsonb(t)::text from wechat.daily_totals t order by day");

        await ApplyAsync([Leave("o1", 10), Follow("o1", 11), Leave("o1", 12), Follow("o2", 10), Leave("o2", 11)], new() { ["o1"] = new(Follows: false), ["o2"] = new(Follows: false) });
        (await ReadAsync("select to_jsonb(t)::text from wechat.daily_totals t order by day")).ShouldBe(before);

        await CountAsync(Hour.AddDays(40));
        (await ReadAsync("select concat_ws(' ', new, returned, left_at_least, left_at_most, followers_at_least, followers_at_most) from wechat.daily_totals where new > 0")).ShouldBe(["3 1 3 3 0 0"]);
        (await ReadAsync("select sum(leaves_sure)::text from wechat.daily_scenes")).ShouldBe(["3"]);
    }

    private Task<bool> CountAsync(DateTimeOffset completeAsOf) => database.Open().RunAsync(
        async tx =>
        {
            await DailyFacts.CountAsync(tx, AppId, runId: 1, completeAsOf);
            return true;
        },
        default);

    private static FollowEvent Follow(string openId, int minute, string? key = null) => Event(FollowEventKind.Subscribe, openId, minute, key);

    private static FollowEvent Leave(string openId, int minute) => Event(FollowEventKind.Unsubscribe, openId, minute, key: null);

    private static FollowEvent Scan(string openId, int minute, string? key) => Event(FollowEventKind.Scan, openId, minute, key);

    private static FollowEvent Event(FollowEventKind kind, string openId, int minute, string? key) =>
        new(openId, kind, Hour.AddMinutes(minute), key, System.Text.Encoding.UTF8.GetBytes($"{kind} {openId} {minute} {key}"));

    private static Dictionary<string, FollowAnswer> Gone(string openId) => new() { [openId] = new(Follows: false) };

    private static Dictionary<string, FollowAnswer> Follows(string openId, int minute) => new() { [openId] = new(Follows: true, Hour.AddMinutes(minute)) };

    private Task<int> ApplyAsync(FollowEvent[] events, Dictionary<string, FollowAnswer> answers) =>
        database.Open().RunAsync(async tx => (await FollowEventStore.ApplyAsync(tx, AppId, events, answers)).Marked, default);

    private Task StoreAsync(string openId, int followedAt, int? after = null, int? before = null, string source = "answer") => database.ExecuteAsync(
        $"""
        insert into wechat.followers (app_id, openid, subscribe, subscribe_time, first_seen_at, changed_at, unfollowed_after, unfollowed_before, unfollow_source)
        values ('{AppId}', '{openId}', {before is null}, {Minute(followedAt)}, {Minute(0)}, {Minute(before ?? 0)}, {Minute(after)}, {Minute(before)}, {(before is null ? "null" : $"'{source}'")})
        """);

    private Task StorePastAsync(string openId, int followedAt, int after, int before, int endedAt) => database.ExecuteAsync(
        $"""
        insert into wechat.past_episodes (app_id, openid, followed_at, unfollowed_after, unfollowed_before, source, is_return, followed_again_at, ended_at)
        values ('{AppId}', '{openId}', {Minute(followedAt)}, {Minute(after)}, {Minute(before)}, 'answer', false, {Minute(before)}, {Minute(endedAt)});
        update wechat.followers set first_followed_at = {Minute(followedAt)} where openid = '{openId}';
        """);

    private static string Minute(int? minute) => minute is { } m ? $"'{Hour.AddMinutes(m):O}'" : "null";

    private async Task<string> RowAsync(string openId) => (await ReadAsync(
        $"""
        select case when subscribe then 'follows' else 'gone' end || ' since ' || {InMinutes("subscribe_time")}
               || case when subscribe then '' else ' left ' || {InMinutes("unfollowed_after")} || '..' || {InMinutes("unfollowed_before")} || ' ' || unfollow_source end
        from wechat.followers where openid = '{openId}'
        """)).Single();

    private Task<string[]> EpisodesAsync(string openId) => ReadAsync(
        $"""
        select coalesce({InMinutes("followed_at")}, '?') || '..[' || coalesce({InMinutes("unfollowed_after")}, '') || ',' || coalesce({InMinutes("unfollowed_before")}, '') || ']' || coalesce(' ' || source, '')
        from wechat.follow_episodes where openid = '{openId}' order by followed_at
        """);

    private static string InMinutes(string column) => $"round(extract(epoch from {column} - '{Hour:O}'::timestamptz) / 60)::text";

    private async Task<bool> HistoryJoinsAsync() => (await ReadAsync(
        """
        select (bool_and(valid_from < coalesce(valid_to, 'infinity')) and bool_and(is_first or joins))::text
        from (select valid_from, valid_to, lag(valid_to) over w is null as is_first, valid_from = lag(valid_to) over w as joins
              from wechat.follower_history window w as (partition by openid order by valid_from)) h
        """)).Single() == "true";

    private async Task<string[]> EverythingAsync() =>
    [
        .. await ReadAsync("select to_jsonb(f)::text from wechat.followers f order by openid"),
        .. await ReadAsync("select to_jsonb(v)::text from wechat.follower_versions v order by openid, valid_from"),
        .. await ReadAsync("select to_jsonb(e)::text from wechat.past_episodes e order by openid, ended_at"),
    ];

    private async Task<string[]> ReadAsync(string sql)
    {
        List<string> rows = [];
        await using NpgsqlCommand command = database.DataSource.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return [.. rows];
    }
}
