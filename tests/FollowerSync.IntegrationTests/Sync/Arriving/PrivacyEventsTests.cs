using FollowerSync.Arrivals;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>What WeChat's signed messages say of people's data is done, and of others' it is not.</summary>
public sealed class PrivacyEventsTests
{
    private const string Search = "select (select count(*) from wechat.followers where '{0}' in (nickname, headimgurl)) + (select count(*) from wechat.follower_versions where '{0}' in (nickname, headimgurl)) + (select count(*) from wechat.visitors where nickname = '{0}')";

    [Theory]
    [InlineData(ArrivalKinds.Revoked, "205")]
    [InlineData(ArrivalKinds.Revoked, "1")]
    [InlineData(ArrivalKinds.Revoked, null)]
    public async Task What_a_person_took_back_is_erased_everywhere_and_not_fetched_again(string kind, string? key)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 50 });
        EmulatedFollower person = await KnownAsync(account);
        await account.Tables.ExecuteAsync($"update wechat.followers set city = 'Suzhou', sex = 2 where openid = '{person.OpenId}'");

        account.Emulator.Requests.Clear();
        await account.ArriveAsync(account.Arrival(person.OpenId, kind, key: key));
        await account.DrainAsync();

        (await CountAsync(account, person.Nickname)).ShouldBe(0);
        (await CountAsync(account, person.HeadImgUrl)).ShouldBe(0);
        (await account.Tables.ReadAsync<bool>($"select city is null and sex is null from wechat.followers where openid = '{person.OpenId}'")).ShouldBe(key != "205", "what does not say of what means all");
        (await account.FollowsAsync(person.OpenId)).ShouldBe(true);
        account.Batches().ShouldBe(0);
        (await account.CountAsync("done")).ShouldBe(1);
        (await account.Tables.ReadAsync<string>("select reason || ' ' || action from followersync.deletions")).ShouldBe("event emptied");
    }

    [Fact]
    public async Task What_is_revoked_and_not_stored_here_erases_nothing()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 50 });
        EmulatedFollower person = await KnownAsync(account);
        await account.ArriveAsync(account.Arrival(person.OpenId, ArrivalKinds.Revoked, key: "202"));

        await account.DrainAsync();

        (await CountAsync(account, person.Nickname)).ShouldBeGreaterThan(0);
        (await account.CountAsync("done")).ShouldBe(1);
    }

    [Fact]
    public async Task A_profile_that_WeChat_cleaned_is_erased_and_asked_for()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 50 });
        EmulatedFollower person = await KnownAsync(account);
        account.Truth.SetProfile(person.OpenId, f => f with { Nickname = "", HeadImgUrl = "" });
        await account.ArriveAsync(account.Arrival(person.OpenId, ArrivalKinds.InfoModified));

        await account.DrainAsync();

        (await CountAsync(account, person.Nickname)).ShouldBe(0);
        (await account.FollowsAsync(person.OpenId)).ShouldBe(true);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Who_deleted_the_WeChat_account_is_forgotten()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 50 });
        EmulatedFollower person = await KnownAsync(account);
        await account.ArriveAsync(account.Arrival(person.OpenId, ArrivalKinds.Unsubscribe), account.Arrival(person.OpenId, ArrivalKinds.Cancelled));

        await account.DrainAsync();

        (await account.FollowsAsync(person.OpenId)).ShouldBeNull();
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.follower_versions where openid = '{person.OpenId}'")).ShouldBe(0);
        (await account.Tables.ReadAsync<string>("select reason || ' ' || action from followersync.deletions")).ShouldBe("event deleted");
        (await account.CountAsync("waiting")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_deleted_the_WeChat_account_is_forgotten_in_an_account_migrated_from_too_when_that_has_no_run()
    {
        const string OldApp = "wx00000000000000d1";
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 20 });
        await account.SyncAsync();
        string openId = account.Truth.Followers().First().OpenId;
        await account.Tables.ExecuteAsync(
            $"""
            insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at)
            values ('{OldApp}', 'oAtTheOldAccount', true, now(), now()), ('{OldApp}', 'oSomebodyElse', true, now(), now());
            insert into wechat.openid_changes values ('{OldApp}', 'oAtTheOldAccount', '{account.Account.AppId}', '{openId}', null, now());
            """);
        account.Truth.Unfollow(openId);
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Cancelled));

        await using (await account.NewProcess().GetRequiredService<RunLeases>().AcquireAsync(OldApp, default))
            await account.DrainAsync();

        (await account.FollowsAsync(openId)).ShouldBe(true);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.arrivals where state = 'waiting' and not_before > now() and attempts = 0")).ShouldBe(1);

        await account.Tables.ExecuteAsync("update followersync.arrivals set not_before = now()");
        await account.DrainAsync();

        (await EverywhereSearch.FindAsync(account.Tables, [openId, "oAtTheOldAccount"])).ShouldBeEmpty();
        (await account.FollowsAsync("oSomebodyElse")).ShouldBe(true);
        (await account.CountAsync("waiting")).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_repeated_after_its_person_was_forgotten_brings_nobody_back()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 50 });
        EmulatedFollower person = await KnownAsync(account);
        Arrival[] told = [account.Arrival(person.OpenId, key: "qrscene_7"), account.Arrival(person.OpenId, ArrivalKinds.Unsubscribe), account.Arrival(person.OpenId, ArrivalKinds.Cancelled)];
        account.Truth.Unfollow(person.OpenId);
        await account.ArriveAsync(told);
        await account.DrainAsync();

        await account.ArriveAsync(told);
        await account.DrainAsync();

        (await account.CountAsync("waiting")).ShouldBe(0);
        (await EverywhereSearch.FindAsync(account.Tables, [person.OpenId])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ArrivalKinds.Revoked)]
    [InlineData(ArrivalKinds.InfoModified)]
    [InlineData(ArrivalKinds.Cancelled)]
    public async Task Nothing_is_erased_by_an_unsigned_word(string kind)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 50 });
        EmulatedFollower person = await KnownAsync(account);
        await account.ArriveAsync(account.Arrival(person.OpenId, kind, trusted: false));

        await account.DrainAsync();

        (await CountAsync(account, person.Nickname)).ShouldBeGreaterThan(0);
        (await account.FollowsAsync(person.OpenId)).ShouldBe(true);
        (await account.CountAsync("done")).ShouldBe(1);
    }

    /// <summary>Somebody with a version and a visit, all of them with the name.</summary>
    private static async Task<EmulatedFollower> KnownAsync(SyncedAccount account)
    {
        EmulatedFollower person = account.Truth.Followers().First(f => f.Nickname.Length > 6 && !f.Nickname.Contains('\''));
        await account.SyncAsync();
        account.Truth.SetProfile(person.OpenId, f => f with { Remark = "a regular" });
        await account.SyncAsync();
        await account.Database.RunAsync(tx => VisitorStore.VisitAsync(tx, account.Account.AppId, person.OpenId, unionId: null, person.Nickname), default);
        (await CountAsync(account, person.Nickname)).ShouldBe(3);
        return person;
    }

    private static Task<long> CountAsync(SyncedAccount account, string text) =>
        account.Tables.ReadAsync<long>(Search.Replace("{0}", text, StringComparison.Ordinal));
}
