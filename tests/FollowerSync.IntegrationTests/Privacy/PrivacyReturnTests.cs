using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Privacy;

/// <summary>People who were anonymised and come back, or are to be forgotten.</summary>
public sealed class PrivacyReturnTests
{
    private const string Other = "wx00000000000000ee";

    [Fact]
    public async Task A_return_is_the_same_person_with_another_episode()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower person = await AnonymisedAsync(scene);
        scene.Truth.Follow(person.OpenId);
        scene.Account.Emulator.Requests.Clear();

        SyncRun run = await scene.SyncAfterAsync(days: 1);

        (run.Added, run.Changed).ShouldBe((0, 1));
        (await scene.CountAsync("wechat.followers where anonymised_at is not null or openid like 'anon\\_%'")).ShouldBe(0);
        (await scene.CountAsync("wechat.follower_history where openid like 'anon\\_%' or unionid like 'anon\\_%'")).ShouldBe(0);
        (await scene.Tables.ReadAsync<bool>(
            $"""
            select first_followed_at = to_timestamp({person.SubscribeTime}) and first_seen_at = (select min(first_seen_at) from wechat.followers)
            from wechat.followers where openid = '{person.OpenId}'
            """)).ShouldBeTrue();
        (await scene.Tables.ReadAsync<bool[]>($"select array_agg(is_return order by followed_at) from wechat.complete_episodes where openid = '{person.OpenId}'"))
            .ShouldBe([false, true]);
        (await scene.CountAsync($"wechat.past_episodes where openid = '{person.OpenId}' and followed_again_at = (select subscribe_time from wechat.followers where openid = '{person.OpenId}')"))
            .ShouldBe(1);
        (await scene.Tables.ReadAsync<string[]>("select array_agg(unionid order by valid_from) from wechat.follower_history where openid = '" + person.OpenId + "'"))
            .ShouldBe([person.UnionId!, person.UnionId!, person.UnionId!]);
        (await scene.Tables.ReadAsync<long>("select sum(returned)::bigint from wechat.daily_totals")).ShouldBe(1);
        scene.Account.Emulator.Requests.Count("/cgi-bin/user/info").ShouldBe(0, "the unionid is proven by its hash");
        await scene.Account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_return_under_another_unionid_has_to_be_proven_first()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower person = await AnonymisedAsync(scene);
        scene.Truth.Follow(person.OpenId);
        scene.Truth.SetProfile(person.OpenId, f => f with { UnionId = "oUnionIdAfterTheReturn" });
        scene.Account.Emulator.Requests.Clear();

        await scene.SyncAfterAsync(days: 1);

        scene.Account.Emulator.Requests.Count("/cgi-bin/user/info").ShouldBe(1);
        await scene.Account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_return_that_was_not_stored_to_its_end_is_told_by_the_next_run()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower person = await AnonymisedAsync(scene);
        scene.Truth.Follow(person.OpenId);
        // The rows were moved back by a transaction before; this one stores the return.
        await scene.Tables.FailMergesAsync(from: 1, count: 1, MergeFaults.Raise("22000"));
        (await scene.Account.SyncAsync()).Status.ShouldBe(RunStatus.Failed);
        await scene.Tables.EndMergeFaultsAsync();
        (await scene.CountAsync($"wechat.followers where openid = '{person.OpenId}' and not subscribe")).ShouldBe(1);

        await scene.SyncAfterAsync(days: 1);

        (await scene.CountAsync($"wechat.complete_episodes where openid = '{person.OpenId}'")).ShouldBe(2);
        await scene.Account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Somebody_anonymised_whom_the_list_names_and_WeChat_calls_gone_is_not_stored_again()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        scene.Account.Sync.BatchSize = 1;
        EmulatedFollower person = await AnonymisedAsync(scene);
        scene.Truth.Follow(person.OpenId);
        scene.Account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.FalseUnsubscribe, OpenId = person.OpenId });

        await scene.SyncAfterAsync(days: 1);

        scene.Account.Emulator.Faults.Struck(FaultKind.FalseUnsubscribe).ShouldBe(2);
        (await scene.CountAsync($"wechat.followers where openid = '{person.OpenId}'")).ShouldBe(0);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(1);
        (await scene.CountAsync("wechat.complete_episodes where openid like 'anon\\_%'")).ShouldBe(2, "the person was back when the list was read");
    }

    [Fact]
    public async Task An_anonymised_person_can_be_forgotten_by_the_openid()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower person = await AnonymisedAsync(scene);

        long rows = (await scene.NewErasure().ForgetAsync([person.OpenId], default)).Rows;

        rows.ShouldBe(2, "the row and its one earlier version");
        (await scene.CountAsync("wechat.follower_history where openid like 'anon\\_%'")).ShouldBe(0);
        (await scene.CountAsync("followersync.deletions where reason = 'forget' and action = 'deleted' and people = 1 and rows = 2")).ShouldBe(1);
        (await Should.ThrowAsync<UnknownPersonException>(() => scene.NewErasure().ForgetAsync([person.OpenId], default))).Message.ShouldContain(person.OpenId);
    }

    [Fact]
    public async Task Somebody_who_came_back_unrecognised_for_lack_of_the_key_is_deleted_the_next_time_and_nobody_is_held_up()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        string key = scene.Account.Privacy.HashKey;
        EmulatedFollower person = await AnonymisedAsync(scene);
        scene.Account.Privacy.HashKey = "";
        scene.Truth.Follow(person.OpenId);
        (await scene.SyncAfterAsync(days: 1)).Added.ShouldBe(1);
        (await Should.ThrowAsync<UnknownPersonException>(() => scene.NewErasure().ForgetAsync(["oNobody"], default))).Message.ShouldContain("Privacy:HashKey");
        scene.Account.Privacy.HashKey = key;
        string other = scene.Truth.Followers().Last().OpenId;
        scene.Truth.Unfollow(other);
        await scene.LeaveAsync(person.OpenId);

        await scene.CleanAfterAsync(days: 31);

        (await EverywhereSearch.FindAsync(scene.Tables, [person.OpenId, other])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(2);
        (await scene.CountAsync("followersync.deletions where action = 'deleted' and reason = 'unfollowed' and people = 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_anonymised_in_one_account_and_follows_another_is_one_person_until_the_other_forgets_too()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower person = scene.Truth.Followers().First(f => f.UnionId is not null);
        EmulatedFollower lost = scene.Truth.Followers().Last(f => f.UnionId is not null);
        await AddOtherAsync(scene, "oOther", subscribe: true, person.UnionId!);
        scene.Truth.Unfollow(lost.OpenId);
        await scene.LeaveAsync(person.OpenId);
        await scene.SyncAfterAsync(days: 31);

        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(2);
        (await scene.CountAsync("followersync.anonymous_unionids")).ShouldBe(1, "who is known nowhere is not to be found again");
        (await scene.CountAsync($"wechat.people where unionid = '{person.UnionId}' and cardinality(accounts_known) = 2 and accounts_followed = array['{Other}']")).ShouldBe(1);
        await scene.NewErasure().ForgetAsync(["oOther"], default);
        (await scene.CountAsync("followersync.anonymous_unionids")).ShouldBe(0);
        (await scene.CountAsync($"wechat.people where unionid = '{person.UnionId}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_follows_after_being_anonymised_in_another_account_is_one_person_until_leaving_here_too()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower person = scene.Truth.AddFollower();
        scene.Truth.SetProfile(person.OpenId, f => f with { UnionId = "oUnionOfBoth" });
        await AddOtherAsync(scene, "anon_other", subscribe: false, scene.NewPseudonyms().OfUnionId("oUnionOfBoth"));

        await scene.SyncAfterAsync(days: 1);

        (await scene.CountAsync("wechat.people where unionid = 'oUnionOfBoth' and cardinality(accounts_known) = 2 and cardinality(accounts_followed) = 1")).ShouldBe(1);
        await scene.LeaveAsync(person.OpenId);
        await scene.SyncAfterAsync(days: 31);
        (await scene.CountAsync("followersync.anonymous_unionids")).ShouldBe(0);
        (await EverywhereSearch.FindAsync(scene.Tables, ["oUnionOfBoth"])).ShouldBeEmpty();
        (await scene.CountAsync("wechat.people where unionid like 'anon\\_%' and cardinality(accounts_known) = 2")).ShouldBe(1, "both have the same pseudonym");
    }

    private static Task AddOtherAsync(PrivacyScene scene, string openId, bool subscribe, string unionId) => scene.Tables.ExecuteAsync(
        $"""
        insert into wechat.accounts (app_id, name) values ('{Other}', 'Other');
        insert into wechat.followers (app_id, openid, subscribe, unionid, first_seen_at, changed_at, anonymised_at)
        values ('{Other}', '{openId}', {subscribe}, '{unionId}', now(), now(), case when not {subscribe} then now() end);
        insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, complete_as_of) values ('{Other}', 'manual', 'succeeded', now(), now(), now());
        """);

    private static async Task<EmulatedFollower> AnonymisedAsync(PrivacyScene scene)
    {
        EmulatedFollower person = scene.Truth.Followers().First();
        await scene.LeaveAsync(person.OpenId);
        await scene.SyncAfterAsync(days: 31);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(1);
        return person;
    }
}
