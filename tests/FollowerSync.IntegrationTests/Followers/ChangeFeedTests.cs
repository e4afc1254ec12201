using FollowerSync.Emulator.Accounts;
using FollowerSync.Followers;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>Whatever changes a row of <c>wechat.followers</c> stands in <c>wechat.changes</c>: a program that follows it has the same rows.</summary>
public sealed class ChangeFeedTests
{
    [Fact]
    public async Task A_copy_kept_by_the_feed_equals_the_table_after_every_kind_of_write()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        ChangeConsumer consumer = new(scene.Tables, pageSize: 7);
        (await ShouldTellAsync("added", 60)).ShouldAllBe(c => c.RunId == 1 && c.Columns == null);

        scene.Truth.SetProfile(people[0].OpenId, f => f with { Remark = "noted", TagIdList = [2, 100] });
        await scene.SyncAfterAsync(days: 1);
        (await ShouldTellAsync("changed", 1))[0].Columns.ShouldBe(["remark", "tagid_list"], ignoreOrder: true);

        await scene.LeaveAsync(people[1].OpenId);
        await ShouldTellAsync("unfollowed", 1);
        scene.Truth.Follow(people[1].OpenId);
        await scene.SyncAfterAsync(days: 1);
        await ShouldTellAsync("returned", 1);
        scene.Truth.Unfollow(people[2].OpenId);
        scene.Truth.Follow(people[2].OpenId);
        await scene.SyncAfterAsync(days: 1);
        await ShouldTellAsync("returned", 1);
        scene.Truth.AddFollower(people[3] with { OpenId = "oSomebodyWhoIsNewInTheList01", UnionId = "oUnionIdOfSomebodyWhoIsNew001" });
        await scene.SyncAfterAsync(days: 1);
        await ShouldTellAsync("added", 1);

        await scene.SyncAfterAsync(days: 1);
        (await consumer.CatchUpAsync()).ShouldBeEmpty("nothing changed");

        await BlacklistAsync(people[4].OpenId, people[5].OpenId);
        await ShouldTellAsync("blacklisted", 2);
        await BlacklistAsync(people[4].OpenId);
        (await ShouldTellAsync("unblacklisted", 1))[0].OpenId.ShouldBe(people[5].OpenId);

        scene.Truth.Unfollow(people[6].OpenId);
        await TellAsync(people[6].OpenId, FollowEventKind.Unsubscribe);
        await ShouldTellAsync("unfollowed", 1);
        await TellAsync("oSomebodyWhomOnlyEventsKnow1", FollowEventKind.Subscribe, FollowEventKind.Unsubscribe);
        await ShouldTellAsync("added", 1);

        await ApproveUnionIdsAsync(people);

        scene.Truth.SetProfile(people[7].OpenId, f => f with { Nickname = "her name", HeadImgUrl = "https://pictures.example/hers", City = "her city" });
        await scene.SyncAfterAsync(days: 1);
        await ShouldTellAsync("changed", 1);
        await WriteAsync(tx => PersonalFieldErasure.EraseAsync(tx, scene.Truth.AppId, people[7].OpenId, PersonalFields.All));
        await ShouldTellAsync("erased", 1);

        await scene.NewErasure().ForgetAsync([people[8].OpenId], default);
        (await ShouldTellAsync("deleted", 1))[0].RunId.ShouldBeNull();
        (await scene.CountAsync($"wechat.changes where openid = '{people[8].OpenId}'")).ShouldBe(1, "of a forgotten person only the last row is kept");
        scene.Truth.SetProfile(people[7].OpenId, f => f with { Nickname = "", HeadImgUrl = "", City = "", Sex = 0, Province = "", Country = "" });
        await scene.SyncAfterAsync(days: 1);
        (await consumer.CatchUpAsync()).Select(c => c.Kind).ShouldBe(["changed", "added"], "sex is answered as 0 and no longer empty");
        await consumer.ShouldEqualTableAsync();

        async Task<IReadOnlyList<ReadChange>> ShouldTellAsync(string kind, int count)
        {
            IReadOnlyList<ReadChange> changes = await consumer.CatchUpAsync();
            changes.Select(c => c.Kind).ShouldBe(Enumerable.Repeat(kind, count));
            await consumer.ShouldEqualTableAsync();
            return changes;
        }

        Task WriteAsync(Func<FollowerSync.Database.Transaction, Task> work) => scene.Account.Database.RunAsync(work, default);

        Task BlacklistAsync(params string[] openIds) => WriteAsync(tx => BlacklistStore.StoreAsync(tx, scene.Truth.AppId, openIds, isWhole: true));

        Task TellAsync(string openId, params FollowEventKind[] kinds) => WriteAsync(async tx =>
        {
            DateTimeOffset at = await tx.ReadAsync<DateTimeOffset>("select now() - interval '1 minute'");
            FollowEvent[] events = [.. kinds.Select((kind, i) => new FollowEvent(openId, kind, at.AddSeconds(i), null, [(byte)i]))];
            await FollowEventStore.ApplyAsync(tx, scene.Truth.AppId, events, new Dictionary<string, FollowAnswer>(StringComparer.Ordinal) { [openId] = new(Follows: false) });
        });

        async Task ApproveUnionIdsAsync(EmulatedFollower[] all)
        {
            foreach (EmulatedFollower follower in all.Skip(20).Take(30))
                scene.Truth.SetProfile(follower.OpenId, f => f with { UnionId = "oRebound-" + f.OpenId[^18..] });
            SyncRun held = await scene.Account.SyncAsync();
            held.Status.ShouldBe(RunStatus.Held);
            await ShouldTellAsync("changed", 10);
            await scene.Account.NewApproval().ApproveAsync(held.RunId, seen: null, [scene.Account.Account], default);
            (await ShouldTellAsync("changed", 20)).ShouldAllBe(c => c.RunId == held.RunId && c.Columns!.Single() == "unionid");
        }
    }

    [Fact]
    public async Task Who_is_anonymised_and_comes_back_moves_in_copies_too()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        ChangeConsumer consumer = new(scene.Tables);
        string openId = scene.Truth.Followers().First().OpenId;
        await BlacklistAsync(openId);
        await scene.LeaveAsync(openId);
        await consumer.CatchUpAsync();

        await scene.CleanAfterAsync(days: 31);

        IReadOnlyList<ReadChange> changes = await consumer.CatchUpAsync();
        changes.Select(c => c.Kind).ShouldBe(["deleted", "added"]);
        changes[0].OpenId.ShouldBe(openId);
        changes.ShouldAllBe(c => c.RunId != null);
        await consumer.ShouldEqualTableAsync();
        (await scene.CountAsync($"wechat.changes where openid = '{openId}'")).ShouldBe(1, "the rest would tell by its times whom the hash stands for");

        await BlacklistAsync();
        (await consumer.CatchUpAsync()).ShouldBeEmpty("no list names a hash");
        (await scene.CountAsync("wechat.followers where anonymised_at is not null and blacklisted")).ShouldBe(1);

        scene.Truth.Follow(openId);
        await scene.SyncAfterAsync(days: 1);

        (await consumer.CatchUpAsync()).Select(c => c.Kind).ShouldBe(["deleted", "added", "returned"]);
        await consumer.ShouldEqualTableAsync();

        Task BlacklistAsync(params string[] openIds) =>
            scene.Account.Database.RunAsync(tx => BlacklistStore.StoreAsync(tx, scene.Truth.AppId, openIds, isWhole: true), default);
    }

    [Fact]
    public async Task Marks_of_thousands_and_people_deleted_after_an_unfollow_are_told()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        ChangeConsumer consumer = new(scene.Tables);
        await consumer.CatchUpAsync();
        scene.Account.Privacy.AfterUnfollow = AfterUnfollow.Delete;
        foreach (EmulatedFollower follower in scene.Truth.Followers().Take(25).ToArray())
            scene.Truth.Unfollow(follower.OpenId);

        await scene.SyncAfterAsync(days: 1);
        (await consumer.CatchUpAsync()).Select(c => c.Kind).ShouldBe(Enumerable.Repeat("unfollowed", 25));
        await consumer.ShouldEqualTableAsync();

        await scene.CleanAfterAsync(days: 31);
        (await consumer.CatchUpAsync()).Select(c => c.Kind).ShouldBe(Enumerable.Repeat("deleted", 25));
        await consumer.ShouldEqualTableAsync();
    }

    [Fact]
    public async Task Old_changes_go_and_the_bounds_say_so()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 30);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        await scene.NewErasure().ForgetAsync([people[0].OpenId], default);
        await scene.AdvanceAsync(days: 29);
        scene.Truth.SetProfile(people[1].OpenId, f => f with { Remark = "noted" });
        await scene.SyncAfterAsync(days: 0.5);

        await PruneAsync();
        (await scene.Tables.ReadAsync<string>("select concat_ws(' ', (select count(*) from wechat.changes), complete_after, last_id) from wechat.change_bounds")).ShouldBe("32 0 33");
        await scene.AdvanceAsync(days: 1);
        await PruneAsync();

        (await scene.Tables.ReadAsync<string>("select concat_ws(' ', (select count(*) from wechat.changes), complete_after, last_id) from wechat.change_bounds")).ShouldBe("2 31 33");
        (await scene.CountAsync("wechat.changes where kind = 'deleted'")).ShouldBe(0, "the openid of somebody forgotten goes with the row");

        async Task PruneAsync()
        {
            SyncRun run = (await scene.Account.Runs.LastRunAsync(scene.Truth.AppId, default))!;
            await (await scene.Account.NewHeardProcessAsync(scene.Clock)).GetServices<IAfterRun>().OfType<OldChanges>().Single().DoAsync(scene.Account.Account, run, default);
        }
    }
}
