using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Runs;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>What WeChat's signed messages say of people's data is done, and of others' it is not.</summary>
public sealed class PrivacyEventsTests
{
    private const string OldApp = "wx00000000000000d1";

    private const string AtTheOldAccount = "oAtTheOldAccount";

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
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 20 });
        await account.SyncAsync();
        string openId = await MigratedAsync(account);
        await account.Tables.ExecuteAsync($"insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at) values ('{OldApp}', 'oSomebodyElse', true, now(), now())");
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Cancelled));

        await using (await account.NewProcess().GetRequiredService<RunLeases>().AcquireAsync(OldApp, default))
            await account.DrainAsync();

        (await account.FollowsAsync(openId)).ShouldBe(true);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.arrivals where state = 'waiting' and not_before > now() and attempts = 0")).ShouldBe(1);

        await account.Tables.ExecuteAsync("update followersync.arrivals set not_before = now()");
        await account.DrainAsync();

        (await EverywhereSearch.FindAsync(account.Tables, [openId, AtTheOldAccount])).ShouldBeEmpty();
        (await account.FollowsAsync("oSomebodyElse")).ShouldBe(true);
        (await account.CountAsync("waiting")).ShouldBe(0);
    }

    [Fact]
    public async Task To_forget_who_was_migrated_reads_the_person_and_not_the_tables()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        string openId = await MigratedAsync(account);
        await account.Tables.ExecuteAsync(
            """
            insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at)
            select 'wx00000000000000d2', 'oOfAnotherAccount' || n, true, now(), now() from generate_series(1, 20000) n;
            insert into wechat.follower_versions (app_id, openid, valid_from, valid_to, subscribe, replaced)
            select app_id, openid, now() - interval '1 day', now(), true, '{remark}' from wechat.followers;
            """);
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Cancelled));
        await EndSessionsAsync(account);
        await account.Tables.ExecuteAsync("select pg_stat_reset()");

        await account.DrainAsync();

        await EndSessionsAsync(account);
        (await account.Tables.ReadAsync<long>("select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables")).ShouldBeInRange(1, 1_000);
        (await EverywhereSearch.FindAsync(account.Tables, [openId, AtTheOldAccount])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_cannot_be_forgotten_in_time_is_in_nobody_s_way_and_forgotten_later()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(
            new EmulatorOptions { Followers = 1 }, databaseOptions: new DatabaseOptions { StatementTimeout = TimeSpan.FromSeconds(1) });
        string openId = await MigratedAsync(account), next = account.NewFollowers(1)[0];
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Cancelled));
        await account.ArriveAsync(account.Arrival(next));

        await using (NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync())
        {
            await using NpgsqlTransaction locked = await other.BeginTransactionAsync();
            await using NpgsqlCommand command = new("lock table followersync.listing_openids in share mode", other, locked);
            await command.ExecuteNonQueryAsync();
            SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();
            run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        }

        (await account.FollowsAsync(next)).ShouldBe(true);
        (await account.Tables.ReadAsync<string>("select string_agg(openid, ' ') from followersync.arrivals where state = 'waiting' and not_before > now() and attempts = 1")).ShouldBe(openId);

        await account.Tables.ExecuteAsync("update followersync.arrivals set not_before = now()");
        await account.DrainAsync();

        (await EverywhereSearch.FindAsync(account.Tables, [openId, AtTheOldAccount])).ShouldBeEmpty();
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

    /// <summary>Somebody who left, and was migrated from another account.</summary>
    private static async Task<string> MigratedAsync(SyncedAccount account)
    {
        string openId = account.Truth.Followers().First().OpenId;
        account.Truth.Unfollow(openId);
        await account.Tables.ExecuteAsync(
            $"""
            insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at)
            values ('{OldApp}', '{AtTheOldAccount}', true, now(), now()), ('{account.Account.AppId}', '{openId}', true, now(), now()) on conflict do nothing;
            insert into wechat.openid_changes values ('{OldApp}', '{AtTheOldAccount}', '{account.Account.AppId}', '{openId}', null, now());
            """);
        return openId;
    }

    /// <summary>Until then PostgreSQL may keep from its statistics what a session read.</summary>
    private static async Task EndSessionsAsync(SyncedAccount account)
    {
        account.Tables.DataSource.Clear();
        (await Until.IsTrueAsync(
            async () => await account.Tables.ReadAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()") == 0,
            TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    private static Task<long> CountAsync(SyncedAccount account, string text) =>
        account.Tables.ReadAsync<long>(Search.Replace("{0}", text, StringComparison.Ordinal));
}
