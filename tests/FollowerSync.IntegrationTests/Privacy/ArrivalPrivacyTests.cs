using FollowerSync.AccountMigration;
using FollowerSync.Arrivals;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Privacy;

/// <summary>What arrivals, visits, scans and migrations leave of a person goes with the person.</summary>
public sealed class ArrivalPrivacyTests
{
    private const string OldApp = "wx00000000000000d1";
    private const string NewApp = "wx00000000000000d3";
    private const string OldOpenId = "oAtTheOldAccountBeforeItMoved";
    private const string NewOpenId = "oAtTheNextAccountAfterItMoved";
    private const string Nickname = "客人小红的名字";

    [Fact]
    public async Task A_forgotten_person_is_gone_from_all_of_them_and_the_others_stay()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        EmulatedFollower[] people = [.. scene.Truth.Followers().Take(2)];
        await ArriveAsync(scene, people[0]);
        await ArriveAsync(scene, people[1], old: "oAnotherPersonOfTheOldAccount", next: "oAnotherPersonOfTheNextAccount");
        string[] values = [people[0].OpenId, people[0].UnionId!, Nickname + people[0].OpenId, OldOpenId, NewOpenId];
        (await EverywhereSearch.FindAsync(scene.Tables, values)).Count.ShouldBeGreaterThan(8);

        ForgottenPeople forgotten = await scene.NewErasure().ForgetAsync([people[0].OpenId], default);

        (await EverywhereSearch.FindAsync(scene.Tables, values)).ShouldBeEmpty();
        (await ReadCountsAsync(scene)).ShouldBe("1 1 2 2");
        (await scene.Tables.ReadAsync<long>("select sum(rows)::bigint from followersync.deletions where reason = 'forget'")).ShouldBe(forgotten.Rows);
        forgotten.Following.ShouldBeEmpty("nobody follows an account any more from which the person was migrated");
    }

    [Theory]
    [InlineData(OldOpenId)]
    [InlineData(NewOpenId)]
    public async Task Forget_follows_a_person_across_migrations_whichever_openid_is_named(string named)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        EmulatedFollower person = scene.Truth.Followers().First();
        await ArriveAsync(scene, person);

        await scene.NewErasure().ForgetAsync([named], default);

        (await EverywhereSearch.FindAsync(scene.Tables, [person.OpenId, OldOpenId, NewOpenId])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.followers")).ShouldBe(19);
    }

    [Fact]
    public async Task What_is_broken_off_between_accounts_or_meets_a_busy_one_leaves_nobody_who_cannot_be_found()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        EmulatedFollower person = scene.Truth.Followers().First();
        await ArriveAsync(scene, person);
        await scene.Tables.ExecuteAsync(
            $"""
            insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at)
            values ('{OldApp}', '{OldOpenId}', true, now(), now()), ('{NewApp}', '{NewOpenId}', true, now(), now())
            """);
        foreach (string busy in (string[])[OldApp, scene.Truth.AppId, NewApp])
        {
            await using RunLease run = await scene.NewLeases().AcquireAsync(busy, default);
            await Should.ThrowAsync<RunActiveException>(() => scene.NewErasure().ForgetAsync([person.OpenId], default));
        }

        (await scene.CountAsync("followersync.deletions")).ShouldBe(0);
        await scene.Tables.ExecuteAsync($"alter table followersync.deletions add constraint broken check (app_id <> '{scene.Truth.AppId}')");
        await Should.ThrowAsync<Exception>(() => scene.NewErasure().ForgetAsync([person.OpenId], default));
        (await scene.CountAsync("followersync.deletions")).ShouldBe(2, "the last account broke it off");
        await scene.Tables.ExecuteAsync("alter table followersync.deletions drop constraint broken");

        await scene.NewErasure().ForgetAsync([OldOpenId], default);

        (await EverywhereSearch.FindAsync(scene.Tables, [person.OpenId, OldOpenId, NewOpenId])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("verb")]
    [InlineData("event")]
    public async Task Who_is_anonymised_in_one_account_is_found_in_one_that_was_migrated_from_and_anonymised_nobody(string by)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        string openId = scene.Truth.Followers().First().OpenId;
        await scene.Tables.ExecuteAsync(
            $"""
            insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at)
            values ('{OldApp}', '{OldOpenId}', false, now(), now()), ('{OldApp}', 'oSomebodyElse', true, now(), now());
            insert into wechat.openid_changes values ('{OldApp}', '{OldOpenId}', '{scene.Truth.AppId}', '{openId}', null, now());
            """);
        await scene.LeaveAsync(openId);
        await scene.CleanAfterAsync(days: 31);
        (await scene.CountAsync("wechat.openid_changes where old_openid like 'anon\\_%' and new_openid like 'anon\\_%'")).ShouldBe(1);

        if (by == "verb")
            await scene.NewErasure().ForgetAsync([openId], default);
        else
            await scene.CancelAsync(openId);

        (await EverywhereSearch.FindAsync(scene.Tables, [OldOpenId])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(0);
        (await scene.CountAsync($"wechat.followers where app_id = '{OldApp}'")).ShouldBe(1);
        (await scene.CountAsync("wechat.openid_changes")).ShouldBe(0);
    }

    [Theory]
    [InlineData("insert into wechat.visitors (app_id, openid, nickname, first_seen_at, last_seen_at, visits) values ('{0}', 'oOnlyHere', 'who', now(), now(), 1)")]
    [InlineData("insert into wechat.scans (app_id, openid, scanned_at, was_following, fingerprint) values ('{0}', 'oOnlyHere', now(), false, 'x')")]
    [InlineData("insert into wechat.openid_changes values ('{0}', 'oOnlyHere', 'wx00000000000000d9', null, 'ori_openid error', now())")]
    [InlineData("insert into wechat.openid_changes values ('wx00000000000000d9', 'oThere', '{0}', 'oOnlyHere', null, now())")]
    [InlineData("insert into followersync.arrivals (app_id, fingerprint, openid, kind, happened_at, received_at, source, trusted) values ('{0}', 'x', 'oOnlyHere', 'import', now(), now(), 'import', false)")]
    public async Task Somebody_who_stands_in_one_of_them_alone_is_found_and_forgotten(string insert)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 5);
        await scene.Tables.ExecuteAsync(string.Format(null, insert, scene.Truth.AppId));

        await scene.NewErasure().ForgetAsync(["oOnlyHere"], default);

        (await EverywhereSearch.FindAsync(scene.Tables, ["oOnlyHere", "oThere"])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.followers")).ShouldBe(5);
    }

    [Fact]
    public async Task An_anonymised_person_s_scans_and_visits_are_still_counted_and_name_nobody()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        EmulatedFollower person = scene.Truth.Followers().First();
        await ArriveAsync(scene, person);
        await scene.Tables.ExecuteAsync("update followersync.arrivals set state = 'done'");
        string fingerprints = await scene.Tables.ReadAsync<string>("select string_agg(encode(fingerprint, 'hex'), ' ') from wechat.scans");
        await scene.LeaveAsync(person.OpenId);
        string counts = await ReadCountsAsync(scene);

        await scene.SyncAfterAsync(days: 31);

        (await EverywhereSearch.FindAsync(scene.Tables, [person.OpenId, person.UnionId!, Nickname, OldOpenId, NewOpenId])).ShouldBeEmpty();
        string[] pseudonyms = await scene.Tables.ReadAsync<string[]>("select array[openid, unionid] from wechat.followers where anonymised_at is not null");
        (await scene.CountAsync($"wechat.scans where openid = '{pseudonyms[0]}'")).ShouldBe(2);
        (await scene.CountAsync($"wechat.visitors where openid = '{pseudonyms[0]}' and unionid = '{pseudonyms[1]}' and visits = 3 and nickname is null")).ShouldBe(1);
        (await scene.CountAsync($"wechat.openid_changes where new_openid = '{pseudonyms[0]}' and old_openid like 'anon\\_%' and why is null")).ShouldBe(1);
        (await scene.CountAsync($"wechat.openid_changes where old_openid = '{pseudonyms[0]}' and new_openid like 'anon\\_%'")).ShouldBe(1);
        (await scene.Tables.ReadAsync<string>("select string_agg(encode(fingerprint, 'hex'), ' ') from wechat.scans")).Split(' ').ShouldAllBe(print => !fingerprints.Contains(print));
        (await ReadCountsAsync(scene)).ShouldBe(counts.Replace("1 1", "0 1", StringComparison.Ordinal), "what arrived is done with");
    }

    [Fact]
    public async Task Somebody_who_comes_back_has_scans_and_visits_again_also_those_made_meanwhile()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        EmulatedFollower person = scene.Truth.Followers().First();
        await ArriveAsync(scene, person);
        await scene.Tables.ExecuteAsync(
            $"update followersync.arrivals set state = 'done'; insert into wechat.openid_changes values ('{scene.Truth.AppId}', '{person.OpenId}', 'wx00000000000000d9', null, 'ori_openid error', now())");
        await scene.LeaveAsync(person.OpenId);
        await scene.SyncAfterAsync(days: 31);
        await scene.Account.Database.RunAsync(tx => VisitorStore.VisitAsync(tx, scene.Truth.AppId, person.OpenId, unionId: null, nickname: "again"), default);
        scene.Truth.Follow(person.OpenId);

        await scene.SyncAfterAsync(days: 1);

        (await scene.CountAsync($"wechat.scans where openid = '{person.OpenId}'")).ShouldBe(2);
        (await scene.CountAsync($"wechat.visitors where openid = '{person.OpenId}' and unionid = '{person.UnionId}' and visits = 4 and nickname = 'again'")).ShouldBe(1);
        (await scene.CountAsync("wechat.visitors")).ShouldBe(1);
        (await scene.CountAsync("wechat.openid_changes where old_openid like 'anon\\_%' and new_openid like 'anon\\_%'")).ShouldBe(2, "with an openid on one side they would tell whom the pseudonym of the other stands for");
        (await scene.CountAsync($"wechat.openid_changes where old_openid = '{person.OpenId}' and new_openid is null")).ShouldBe(1);
        await scene.Account.ShouldEqualTruthAsync();
        await scene.NewErasure().ForgetAsync([person.OpenId], default);
        (await scene.CountAsync("wechat.openid_changes")).ShouldBe(0);
    }

    [Theory]
    [InlineData("push", 0)]
    [InlineData("oauth", 0)]
    [InlineData("import", 1)]
    public async Task Nobody_is_anonymised_of_whom_an_event_waits_to_be_asked_about(string source, long anonymised)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        string openId = scene.Truth.Followers().First().OpenId;
        await scene.LeaveAsync(openId);
        await scene.Tables.ExecuteAsync(
            $"""
            insert into followersync.arrivals (app_id, fingerprint, openid, kind, happened_at, received_at, source, trusted)
            values ('{scene.Truth.AppId}', 'x', '{openId}', 'subscribe', now(), now(), '{source}', false)
            """);

        await scene.CleanAfterAsync(days: 31);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(anonymised);
        await scene.Tables.ExecuteAsync("update followersync.arrivals set state = 'done'");
        await scene.CleanAfterAsync(days: 1);

        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(1);
        (await EverywhereSearch.FindAsync(scene.Tables, [openId])).ShouldBeEmpty();
    }

    [Fact]
    public async Task People_who_left_are_deleted_with_all_of_it_where_the_settings_say_so()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        scene.Account.Privacy.AfterUnfollow = AfterUnfollow.Delete;
        EmulatedFollower person = scene.Truth.Followers().First();
        await ArriveAsync(scene, person);
        await scene.Tables.ExecuteAsync("update followersync.arrivals set state = 'done'");
        await scene.LeaveAsync(person.OpenId);

        await scene.CleanAfterAsync(days: 31);

        (await EverywhereSearch.FindAsync(scene.Tables, [person.OpenId, person.UnionId!, Nickname, OldOpenId])).ShouldBeEmpty();
        (await ReadCountsAsync(scene)).ShouldBe("0 0 0 0");
    }

    [Fact]
    public async Task Visitors_who_do_not_follow_go_when_their_last_visit_is_long_ago()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        string app = scene.Truth.AppId;
        string[] followers = [.. scene.Truth.Followers().Take(2).Select(f => f.OpenId)];
        await scene.Tables.ExecuteAsync(
            $"""
            insert into wechat.visitors (app_id, openid, first_seen_at, last_seen_at, visits)
            values ('{app}', 'oLongAgo', now() - interval '900 days', now() - interval '401 days', 9), ('{app}', 'oLately', now() - interval '900 days', now() - interval '399 days', 1),
                   ('{app}', '{followers[0]}', now() - interval '900 days', now() - interval '900 days', 1);
            insert into wechat.scans (app_id, openid, scanned_at, was_following, fingerprint)
            values ('{app}', 'oLongAgo', now() - interval '401 days', false, 'a'), ('{app}', 'oLately', now() - interval '399 days', false, 'b'),
                   ('{app}', '{followers[1]}', now() - interval '401 days', true, 'c');
            """);

        scene.Account.Privacy.VisitorRetention = TimeSpan.Zero;
        await scene.CleanAfterAsync(days: 0);
        (await scene.CountAsync("wechat.visitors")).ShouldBe(3, "0 keeps them for ever");
        scene.Account.Privacy.VisitorRetention = TimeSpan.FromDays(400);
        await scene.CleanAfterAsync(days: 0);

        (await scene.Tables.ReadAsync<string[]>("select array_agg(openid order by openid) from wechat.visitors")).ShouldBe([followers[0], "oLately"], ignoreOrder: true);
        (await scene.Tables.ReadAsync<string[]>("select array_agg(openid order by openid) from wechat.scans")).ShouldBe([followers[1], "oLately"], ignoreOrder: true);
        (await scene.CountAsync("followersync.deletions where reason = 'expired' and action = 'deleted' and people = 1 and rows = 1")).ShouldBe(2);
        (await EverywhereSearch.FindAsync(scene.Tables, ["oLongAgo"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_migration_of_visitors_who_go_is_forgotten_with_them_unless_the_person_is_known_on_the_other_side()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 5);
        string app = scene.Truth.AppId;
        await scene.Tables.ExecuteAsync(
            $"""
            insert into wechat.visitors (app_id, openid, first_seen_at, last_seen_at, visits)
            select '{app}', openid, now() - interval '900 days', now() - interval '401 days', 1 from unnest(array['oNever', 'oUnnamed', 'oFollows', 'oVisits', 'oIsMigratedTo']) v (openid)
            union all select '{NewApp}', 'oVisitsThere', now(), now(), 1;
            insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at) values ('{NewApp}', 'oFollowsThere', true, now(), now());
            insert into wechat.openid_changes values
                ('{app}', 'oNever', '{NewApp}', 'oNeverThere', null, now()), ('{app}', 'oUnnamed', '{NewApp}', null, 'ori_openid error', now()),
                ('{app}', 'oFollows', '{NewApp}', 'oFollowsThere', null, now()), ('{app}', 'oVisits', '{NewApp}', 'oVisitsThere', null, now()),
                ('{OldApp}', 'oWasThere', '{app}', 'oIsMigratedTo', null, now()), ('{OldApp}', 'oNever', '{NewApp}', 'oFollowsThere', null, now());
            """);

        await scene.CleanAfterAsync(days: 0);

        (await scene.CountAsync($"wechat.visitors where app_id = '{app}'")).ShouldBe(0);
        (await scene.Tables.ReadAsync<string[]>("select array_agg(from_app_id || ' ' || old_openid order by old_openid, from_app_id) from wechat.openid_changes"))
            .ShouldBe([$"{app} oFollows", $"{OldApp} oNever", $"{app} oVisits"]);
        (await scene.CountAsync("followersync.deletions where reason = 'expired' and people = 5 and rows = 8")).ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_about_a_migrated_person_who_is_anonymised_does_not_tell_who_it_is()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        string openId = scene.Truth.Followers().First().OpenId;
        await scene.LeaveAsync(openId);
        await scene.CleanAfterAsync(days: 31);
        MigrationOrder order = new(OldApp, scene.Account.Account, OriginalId: null, CallsInFlight: 1, QuotaReservePercent: 0);
        ChangedOpenId[] answers = [new(OldOpenId, openId, Why: null), new("oSomebodyElseOfTheOldAccount", "oSomebodyElseHere", Why: null)];

        IReadOnlyCollection<ChangedOpenId> hidden = await scene.Account.Database.RunAsync(
            tx => scene.Account.NewProcess().GetRequiredService<AnonymousChanges>().HideAsync(tx, order, answers), default);

        hidden.First().OldOpenId.ShouldStartWith(Pseudonyms.Mark);
        hidden.First().NewOpenId.ShouldBe(await scene.Tables.ReadAsync<string>("select openid from wechat.followers where anonymised_at is not null"));
        hidden.Last().ShouldBe(answers[1]);
    }

    [Fact]
    public async Task An_answer_about_a_person_who_is_just_being_anonymised_waits_for_it()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        string openId = scene.Truth.Followers().First().OpenId;
        await scene.LeaveAsync(openId);
        IServiceProvider process = scene.Account.NewProcess();
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously), asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task anonymised = scene.Account.Database.RunAsync(
            async tx =>
            {
                await process.GetRequiredService<PersonAnonymisation>().AnonymiseAsync(tx, scene.Truth.AppId, [openId]);
                written.TrySetResult();
                await asked.Task;
            },
            default);
        await Task.WhenAny(written.Task, anonymised);

        MigrationOrder order = new(OldApp, scene.Account.Account, OriginalId: null, CallsInFlight: 1, QuotaReservePercent: 0);
        Task<IReadOnlyCollection<ChangedOpenId>> hidden = scene.Account.Database.RunAsync(
            tx => process.GetRequiredService<AnonymousChanges>().HideAsync(tx, order, [new ChangedOpenId(OldOpenId, openId, Why: null)]), default);
        while (!hidden.IsCompleted && await scene.CountAsync("pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0)
            await Task.Yield();
        asked.SetResult();

        await anonymised;
        (await hidden).Single().OldOpenId.ShouldStartWith(Pseudonyms.Mark);
    }

    [Fact]
    public async Task Every_table_that_names_people_is_one_that_forget_knows()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        string[] tables = await database.ReadAsync<string[]>(
            """
            select array_agg(distinct c.relname::text order by c.relname::text)
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname ~ 'openid$|^asked_through$' and not a.attisdropped
            where c.relkind in ('r', 'p') and c.relnamespace in ('wechat'::regnamespace, 'followersync'::regnamespace)
            """);

        tables.ShouldBe(
            [
                "arrivals", "changes", "confirmations", "follower_versions", "followers", "held_identities", "identity_conflicts", "listing_openids", "listings", "openid_changes",
                "past_episodes", "rejected_openids", "rotations", "scans", "settled_doubts", "tag_differences", "tag_openids", "unfollow_candidates", "visitors",
            ],
            "A new table needs its statements in Privacy/PersonErasure, Privacy/PersonSearch, Privacy/PseudonymStore or Privacy/PersonTraces, and a row in ArriveAsync or TracesTests.");
    }

    /// <summary>Somebody who came by web authorisation, an event and an import, scanned twice, and was migrated here and away.</summary>
    private static Task ArriveAsync(PrivacyScene scene, EmulatedFollower person, string old = OldOpenId, string next = NewOpenId) => scene.Tables.ExecuteAsync(
        $"""
        insert into wechat.visitors (app_id, openid, unionid, nickname, first_seen_at, last_seen_at, visits, subscribed)
        values ('{scene.Truth.AppId}', '{person.OpenId}', '{person.UnionId}', '{Nickname}{person.OpenId}', now(), now(), 3, true);
        insert into wechat.scans (app_id, openid, scanned_at, qr_scene_str, was_following, fingerprint)
        values ('{scene.Truth.AppId}', '{person.OpenId}', now(), 'shop', true, 'one'), ('{scene.Truth.AppId}', '{person.OpenId}', now(), 'shop', true, 'two');
        insert into followersync.arrivals (app_id, fingerprint, openid, kind, happened_at, received_at, source, trusted)
        values ('{scene.Truth.AppId}', sha256('{person.OpenId}'), '{person.OpenId}', 'scan', now(), now(), 'push', true);
        insert into wechat.openid_changes
        values ('{OldApp}', '{old}', '{scene.Truth.AppId}', '{person.OpenId}', null, now()), ('{scene.Truth.AppId}', '{person.OpenId}', '{NewApp}', '{next}', null, now());
        """);

    private static Task<string> ReadCountsAsync(PrivacyScene scene) => scene.Tables.ReadAsync<string>(
        """
        select (select count(*) from followersync.arrivals where openid <> '') || ' ' || (select count(*) from wechat.visitors) || ' ' || (select count(*) from wechat.scans)
               || ' ' || (select count(*) from wechat.openid_changes)
        """);
}
