using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.Sync.Merging;

namespace FollowerSync.IntegrationTests.Privacy;

/// <summary>What names a person beside the person's own rows goes with them, and what it was for stays right.</summary>
public sealed class TracesTests
{
    [Fact]
    public async Task Nothing_of_an_openid_is_left_where_the_person_was_the_edge_of_a_range()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        string app = scene.Truth.AppId;
        string[] people = [.. scene.Truth.Followers().Select(f => f.OpenId).Order(StringComparer.Ordinal)];
        await scene.Tables.ExecuteAsync(
            $"""
            delete from followersync.confirmations;
            insert into followersync.confirmations values
                ('{app}', '{people[0]}', now() - interval '5 days'), ('{app}', '{people[20]}', now() - interval '4 days'),
                ('{app}', '{people[21]}', now() - interval '3 days'), ('{app}', '{people[40]}', now() - interval '2 days'), ('{app}', '{people[59]}', now() - interval '1 day');
            update followersync.listings set asked_through = '{people[20]}';
            insert into followersync.rotations values ('{app}', '{people[40]}', now()) on conflict (app_id) do update set asked_through = excluded.asked_through;
            update wechat.followers set changed_at = now() - interval '9 days';
            """);
        string[] gone = [people[0], people[20], people[21], people[40]];
        const string DatesSql = "select coalesce(string_agg(openid || confirmed_at, ' ' order by openid), '') from wechat.confirmed_followers where not openid = any('{{{0}}}')";
        string dates = string.Format(null, DatesSql, string.Join(',', gone));
        string before = await scene.Tables.ReadAsync<string>(dates);

        await scene.NewErasure().ForgetAsync(gone, default);

        foreach (string openId in gone)
        {
            // What all openids of the account have in common tells nobody.
            int common = people.Where(other => other != openId && !gone.Contains(other)).Max(other => openId.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count());
            (await EverywhereSearch.FindAsync(scene.Tables, [openId[..(common + 1)]])).ShouldBeEmpty();
        }

        (await scene.Tables.ReadAsync<string>(dates)).ShouldBe(before);
        (await scene.Tables.ReadAsync<string>("select asked_through from followersync.rotations")).ShouldBe(people[39]);
        (await scene.Tables.ReadAsync<string>("select max(asked_through) from followersync.listings")).ShouldBe(people[19]);
    }

    [Fact]
    public async Task A_run_that_knows_people_from_before_writes_no_place_of_whoever_was_forgotten_since()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 5);
        string app = scene.Truth.AppId;
        string[] people = [.. scene.Truth.Followers().Select(f => f.OpenId).Order(StringComparer.Ordinal)];
        await scene.Tables.ExecuteAsync(
            $"""
            insert into followersync.rotations values ('{app}', '{people[0]}', now()) on conflict (app_id) do update set asked_through = excluded.asked_through;
            delete from followersync.confirmations;
            insert into followersync.confirmations values ('{app}', '{people[4]}', now() - interval '9 days');
            """);
        await scene.NewErasure().ForgetAsync([people[1], people[3]], default);
        await using RunLease lease = await scene.NewLeases().AcquireAsync(app, default);
        Listing listing = new() { ListingId = await scene.Tables.ReadAsync<long>("select max(listing_id) from followersync.listings"), Status = ListingStatus.Open, StartedAt = DateTimeOffset.UnixEpoch };
        ListedPart part = new(app, listing, new ReturnRecognition(scene.Account.Database, lease, scene.NewPseudonyms()), confirmedThrough: people[1]);
        MergeChunk[] planned = [.. people[2..4].Select(openId => MergeChunk.Of([AskedBatch.Unanswered([new Ask(openId, AskReason.Known)])]))];

        foreach (MergeChunk chunk in planned)
        {
            await lease.RunAsync(tx => part.StoreAsync(tx, chunk), default);
            part.Stored(chunk);
        }

        (await EverywhereSearch.FindAsync(scene.Tables, [people[1], people[3]])).ShouldBeEmpty();
        (await scene.Tables.ReadAsync<string>("select asked_through from followersync.rotations")).ShouldBe(people[2]);
        (await scene.Tables.ReadAsync<string>("select max(asked_through) from followersync.listings")).ShouldBe(people[2]);
        (await scene.Tables.ReadAsync<string[]>("select array_agg(last_openid order by last_openid) from followersync.confirmations")).ShouldBe([people[0], people[2], people[4]]);
    }

    [Theory]
    [InlineData("verb")]
    [InlineData("event")]
    public async Task A_code_whose_text_is_a_forgotten_person_names_nobody_any_more(string by)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 10);
        string[] people = [.. scene.Truth.Followers().Select(f => f.OpenId)];
        string promoter = people[0];
        foreach (string openId in people[..3])
            scene.Truth.SetProfile(openId, f => f with { QrScene = 0, QrSceneStr = promoter });
        scene.Truth.SetProfile(people[3], f => f with { QrScene = 0, QrSceneStr = "shop" });
        await scene.SyncAfterAsync(days: 1);
        scene.Truth.SetProfile(people[2], f => f with { QrSceneStr = "another" });
        await scene.LeaveAsync(promoter);
        await scene.Tables.ExecuteAsync(
            $"""
            insert into wechat.scans (app_id, openid, scanned_at, qr_scene_str, was_following, fingerprint) values ('{scene.Truth.AppId}', '{people[1]}', now(), '{promoter}', true, 'one');
            insert into followersync.arrivals (app_id, fingerprint, openid, kind, event_key, happened_at, received_at, source, trusted, state)
            values ('{scene.Truth.AppId}', 'refused', '{people[1]}', 'scan', '{promoter}', now(), now(), 'push', true, 'refused'),
                   ('{scene.Truth.AppId}', 'done', '{people[2]}', 'subscribe', 'qrscene_{promoter}', now(), now(), 'push', true, 'done');
            insert into followersync.episode_changes (app_id, weight, unfollowed_before, qr_scene_str, is_return) values ('{scene.Truth.AppId}', 1, now(), '{promoter}', false), ('{scene.Truth.AppId}', -1, now(), '{promoter}', false);
            """);
        (await scene.CountAsync($"wechat.growth_by_qr_scene where qr_scene_str = '{promoter}'")).ShouldBe(1);

        if (by == "verb")
            await scene.NewErasure().ForgetAsync([promoter], default);
        else
            await scene.CancelAsync(promoter);

        (await EverywhereSearch.FindAsync(scene.Tables, [promoter])).ShouldBeEmpty();
        (await scene.Tables.ReadAsync<string[]>("select array_agg(openid order by openid) from wechat.changes where kind = 'erased' and changed_columns = '{qr_scene_str}'"))
            .ShouldBe(people[1..3], ignoreOrder: true);
        (await scene.CountAsync("wechat.growth_by_qr_scene where qr_scene_str = 'shop'")).ShouldBe(1, "other codes stay");
        await scene.Account.FactsShouldBeAFullCountAsync();
        await scene.SyncAfterAsync(days: 1);
        (await EverywhereSearch.FindAsync(scene.Tables, [promoter])).ShouldBeEmpty("the same answers do not bring it back");
    }

    [Fact]
    public async Task Who_came_by_a_code_of_ones_own_is_not_named_by_it_after_being_anonymised()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 10);
        EmulatedFollower[] people = [.. scene.Truth.Followers().Take(2)];
        scene.Truth.SetProfile(people[0].OpenId, f => f with { QrScene = 0, QrSceneStr = people[0].OpenId });
        scene.Truth.SetProfile(people[1].OpenId, f => f with { QrScene = 0, QrSceneStr = people[1].UnionId! });
        await scene.SyncAfterAsync(days: 1);
        foreach (EmulatedFollower person in people)
            await scene.LeaveAsync(person.OpenId);

        await scene.CleanAfterAsync(days: 31);

        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(2);
        (await EverywhereSearch.FindAsync(scene.Tables, [.. people.SelectMany(person => new[] { person.OpenId, person.UnionId! })])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_code_by_which_only_forgotten_people_came_is_counted_no_more()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 10);
        string[] people = [.. scene.Truth.Followers().Take(3).Select(f => f.OpenId)];
        foreach (string openId in people)
            scene.Truth.SetProfile(openId, f => f with { QrScene = 0, QrSceneStr = openId == people[0] ? "user 4711 of hers" : "shop" });
        await scene.SyncAfterAsync(days: 1);
        await scene.LeaveAsync(people[0]);

        await scene.NewErasure().ForgetAsync(people[..2], default);

        (await EverywhereSearch.FindAsync(scene.Tables, ["user 4711"])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.growth_by_qr_scene where qr_scene_str = 'shop' and brought = 1")).ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Error_texts_that_name_a_person_are_cleared(bool forgotten)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        string app = scene.Truth.AppId;
        string openId = scene.Truth.Followers().First().OpenId;
        string unionId = scene.Truth.Find(openId)!.UnionId!;
        scene.Truth.SetProfile(openId, f => f with { Nickname = "小明的名字", Remark = "note on her" });
        await scene.SyncAfterAsync(days: 1);
        await scene.LeaveAsync(openId);
        await scene.Tables.ExecuteAsync(
            $"""
            update wechat.sync_runs set error = 'an answer said {openId} of it' where run_id = (select max(run_id) from wechat.sync_runs);
            update wechat.follower_versions set nickname = 'WeChat', remark = '微信' where openid = '{openId}';
            update wechat.sync_runs set error = '微信出错', error_en = 'an error of WeChat' where run_id = (select min(run_id) from wechat.sync_runs);
            update followersync.listings set reason = array['the remark "note on her"', 'the remark "note on her"'];
            insert into followersync.account_readings values ('{app}', 'tags', null, now(), array['cut: 小明的名字', 'cut: 小明的名字']) on conflict (app_id, what) do update set why = excluded.why;
            insert into followersync.api_stops values ('{app}', 'all', now(), now(), array['errmsg {unionId}', '']);
            insert into followersync.rejected_openids values ('{app}', 'oSomebodyElse', 40003, 'invalid {openId}', null, now(), now(), 1, now());
            """);

        if (forgotten)
            await scene.NewErasure().ForgetAsync([openId], default);
        else
            await scene.CleanAfterAsync(days: 31);

        (await EverywhereSearch.FindAsync(scene.Tables, [openId, unionId, "小明的名字", "note on her"])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.sync_runs where error = '微信出错'")).ShouldBe(1);
        (await scene.CountAsync("wechat.sync_runs where error like '%forgotten%'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_goes_when_it_is_old_and_its_openid_is_listed_no_more()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        string app = scene.Truth.AppId;
        string listed = scene.Truth.Followers().First().OpenId;
        await scene.Tables.ExecuteAsync(
            $"""
            insert into followersync.rejected_openids select '{app}', openid, 40003, 'invalid openid', null, now() - age, now() - age, 1, now() - age
            from (values ('oLongGone', interval '41 days'), ('oLately', interval '39 days'), ('{listed}', interval '90 days')) v (openid, age);
            update wechat.followers set subscribe = false where openid = '{listed}';
            """);
        SyncRun run = (await scene.Account.Runs.LastRunAsync(app, default))!;
        OldRefusals refusals = new(scene.Account.Database, scene.NewLeases());

        await scene.Tables.ExecuteAsync("create table kept as select * from followersync.listing_openids; delete from followersync.listing_openids");
        await refusals.DoAsync(scene.Account.Account, run, default);
        (await scene.CountAsync("followersync.rejected_openids")).ShouldBe(3, "a listing that lost its rows is no witness");
        await scene.Tables.ExecuteAsync("insert into followersync.listing_openids select * from kept");
        await refusals.DoAsync(scene.Account.Account, run, default);

        (await scene.Tables.ReadAsync<string[]>("select array_agg(openid order by openid) from followersync.rejected_openids")).ShouldBe(["oLately", listed], ignoreOrder: true);
    }

    [Fact]
    public async Task People_are_forgotten_from_a_file_and_whoever_still_follows_is_named()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 50 });
        await installation.RunAsync("sync");
        string[] people = [.. installation.WeChat.Account.Followers().Take(3).Select(f => f.OpenId)];
        installation.WeChat.Account.Unfollow(people[1]);
        await installation.RunAsync("sync");
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"{people[0]}\r\n\n  {people[1]}\n");

        (int exitCode, string output, string error) = await installation.RunAsync("forget", "--file", file, "--json");
        File.Delete(file);

        exitCode.ShouldBe(0, error);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        result.GetProperty("people").GetInt32().ShouldBe(2);
        result.GetProperty("rows").GetInt64().ShouldBeGreaterThan(1);
        result.GetProperty("still_following").EnumerateArray().Select(e => e.GetString()).ShouldBe([people[0]]);
        (await EverywhereSearch.FindAsync(installation.Database, people[..2])).ShouldBeEmpty();
        (await installation.RunAsync("forget", people[2])).Output.ShouldContain($"{people[2]} still follows");
        (await installation.RunAsync("forget")).ExitCode.ShouldBe(2);
        (await installation.RunAsync("forget", "--file", "/nowhere/people")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Somebody_who_only_stands_in_a_list_of_a_tag_that_was_broken_off_can_be_forgotten()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        await scene.Tables.ExecuteAsync(
            $"insert into followersync.tag_openids values ('{scene.Truth.AppId}', 100, 'oOnlyTagged'); insert into followersync.tag_differences values ('{scene.Truth.AppId}', 'oOnlyTagged', '{{100}}', '{{}}')");

        (await scene.NewErasure().ForgetAsync(["oOnlyTagged"], default)).Rows.ShouldBe(2);

        (await EverywhereSearch.FindAsync(scene.Tables, ["oOnlyTagged"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Somebody_who_only_stands_in_a_list_can_be_forgotten()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        await scene.Tables.ExecuteAsync("insert into followersync.listing_openids select max(listing_id), 1, 'oOnlyListed' from followersync.listings");

        (await scene.NewErasure().ForgetAsync(["oOnlyListed"], default)).Rows.ShouldBe(1);

        (await EverywhereSearch.FindAsync(scene.Tables, ["oOnlyListed"])).ShouldBeEmpty();
        (await scene.CountAsync("followersync.deletions where people = 0 and rows = 1")).ShouldBe(1, "nobody is counted less");
    }
}
