using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;

namespace FollowerSync.IntegrationTests.Privacy;

/// <summary>What is left of people some time after they unfollowed: nothing that tells who they were, and everything that is counted.</summary>
public sealed class PrivacyTests
{
    private const string Personal = "nickname, sex, language, city, province, country, headimgurl, remark";

    [Fact]
    public async Task After_the_delay_no_personal_value_is_found_anywhere_and_all_counts_are_as_before()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        (string openId, string[] values) = await LiveAsync(scene);
        await NameEverywhereAsync(scene, openId, values);
        string counts = await scene.ReadCountsAsync();

        await scene.CleanAfterAsync(days: 29.9);
        IReadOnlyList<string> found = await EverywhereSearch.FindAsync(scene.Tables, values);
        values.ShouldAllBe(value => found.Any(place => place.EndsWith(value, StringComparison.Ordinal)), "the delay is not over");
        await scene.CleanAfterAsync(days: 0.2);

        (await EverywhereSearch.FindAsync(scene.Tables, values)).ShouldBeEmpty();
        (await scene.ReadCountsAsync()).ShouldBe(counts);
        string pseudonym = scene.NewPseudonyms().OfPerson(scene.Truth.AppId, openId);
        (await scene.CountAsync($"wechat.followers where openid = '{pseudonym}' and anonymised_at is not null and num_nonnulls({Personal}, profile_hash) = 0")).ShouldBe(1);
        (await scene.CountAsync($"wechat.follower_versions where openid = '{pseudonym}' and num_nonnulls({Personal}) = 0 and unionid like 'anon\\_%'")).ShouldBeGreaterThan(3);
        (await scene.CountAsync($"wechat.past_episodes where openid = '{pseudonym}'")).ShouldBe(1);
        (await scene.CountAsync("followersync.deletions where people = 1 and rows > 10 and reason = 'unfollowed' and action = 'anonymised'")).ShouldBe(1);
    }

    [Fact]
    public async Task Somebody_who_follows_stays_as_he_is()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        await scene.LeaveAsync(people[0].OpenId);
        await scene.LeaveAsync(people[1].OpenId);
        scene.Truth.Follow(people[1].OpenId);
        await scene.SyncAfterAsync(days: 20);
        await scene.Tables.ExecuteAsync($"insert into wechat.identity_conflicts values ('{scene.Truth.AppId}', '{people[1].OpenId}', null, null, null, null, now(), now(), 1)");
        string followers = await scene.Tables.ReadAsync<string>("select jsonb_agg(f order by openid)::text from wechat.followers f where subscribe");

        await scene.CleanAfterAsync(days: 300);

        (await scene.CountAsync("wechat.followers where openid like 'anon\\_%'")).ShouldBe(1);
        (await scene.Tables.ReadAsync<string>("select jsonb_agg(f order by openid)::text from wechat.followers f where subscribe")).ShouldBe(followers);
        (await scene.CountAsync($"wechat.follower_versions where openid = '{people[1].OpenId}'")).ShouldBe(2);
        (await scene.CountAsync($"wechat.past_episodes where openid = '{people[1].OpenId}'")).ShouldBe(1);
        (await scene.CountAsync($"followersync.listing_openids where openid = '{people[1].OpenId}'")).ShouldBe(1);
        (await scene.CountAsync("wechat.identity_conflicts")).ShouldBe(1);
        await scene.Account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Thousands_go_in_several_transactions_and_each_is_logged()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 2_600);
        await scene.Tables.ExecuteAsync(
            """
            update wechat.followers set subscribe = false, unfollowed_after = now(), unfollowed_before = now(), unfollow_source = 'listing'
            where openid in (select openid from wechat.followers order by openid limit 2500)
            """);
        string counts = await scene.ReadCountsAsync();

        await scene.CleanAfterAsync(days: 31);

        (await scene.Tables.ReadAsync<int[]>("select array_agg(people order by deletion_id) from followersync.deletions")).ShouldBe([1_000, 1_000, 500]);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(2_500);
        (await scene.CountAsync("followersync.listing_openids l where not exists (select from wechat.followers f where f.openid = l.openid and f.subscribe)")).ShouldBe(0);
        (await scene.ReadCountsAsync()).ShouldBe(counts);
    }

    [Fact]
    public async Task Nobody_is_touched_while_another_process_writes_the_account()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        await scene.LeaveAsync(scene.Truth.Followers().First().OpenId);
        await scene.AdvanceAsync(days: 31);

        await using (await scene.NewLeases().AcquireAsync(scene.Truth.AppId, default))
            await Should.ThrowAsync<RunActiveException>(() => scene.CleanAfterAsync(days: 0));

        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(0);
        await scene.CleanAfterAsync(days: 0);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task A_clock_of_the_database_that_runs_ahead_cleans_up_nobody()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        await scene.LeaveAsync(scene.Truth.Followers().First().OpenId);
        await scene.AdvanceAsync(days: 31);

        await scene.CleanByAsync(TimeProvider.System);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(0, "by this machine's clock nobody is due");

        await scene.CleanAfterAsync(days: 0);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task Clocks_that_jumped_since_WeChat_was_heard_from_clean_up_nobody()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 20);
        await scene.LeaveAsync(scene.Truth.Followers().First().OpenId);

        await scene.CleanAfterJumpAsync(days: 31, isHeard: true);
        await scene.CleanAfterJumpAsync(days: 0, isHeard: false);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(0);

        await scene.CleanAfterAsync(days: 0);
        (await scene.CountAsync("wechat.followers where anonymised_at is not null")).ShouldBe(1);
    }

    [Theory]
    [InlineData("followers")]
    [InlineData("follower_versions")]
    [InlineData("past_episodes")]
    public async Task Every_column_is_kept_or_is_personal(string table)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 5);
        string openId = scene.Truth.Followers().First().OpenId;
        await scene.LeaveAsync(openId);
        scene.Truth.Follow(openId);
        await scene.SyncAfterAsync(days: 1);
        await scene.LeaveAsync(openId);
        await FillAsync(scene, table, openId);
        string before = await ReadKeptAsync(scene, table, openId);

        await scene.CleanAfterAsync(days: 31);

        (await ReadKeptAsync(scene, table, scene.NewPseudonyms().OfPerson(scene.Truth.AppId, openId))).ShouldBe(before);
    }

    /// <summary>Somebody who is renamed, noted, leaves, returns as another and leaves again; and every value that tells who it was.</summary>
    private static async Task<(string OpenId, string[] Values)> LiveAsync(PrivacyScene scene)
    {
        EmulatedFollower person = scene.Truth.Followers().First();
        scene.Truth.SetProfile(person.OpenId, f => f with { Nickname = "first name of hers", HeadImgUrl = "https://pictures.example/one", City = "city of hers", TagIdList = [2] });
        await scene.SyncAfterAsync(days: 1);
        scene.Truth.SetProfile(person.OpenId, f => f with { Nickname = "second name of hers", Remark = "note on her", Province = "province of hers" });
        await scene.SyncAfterAsync(days: 1);
        await scene.LeaveAsync(person.OpenId);
        scene.Truth.Follow(person.OpenId);
        scene.Truth.SetProfile(person.OpenId, f => f with { Remark = "another note", HeadImgUrl = "https://pictures.example/two", Country = "country of hers" });
        await scene.SyncAfterAsync(days: 5);
        scene.Truth.SetProfile(person.OpenId, f => f with { UnionId = "oAnotherUnionIdOfHers", Language = "language of hers" });
        await scene.SyncAfterAsync(days: 1);
        await scene.LeaveAsync(person.OpenId);
        return (person.OpenId,
        [
            person.OpenId, person.UnionId!, "oAnotherUnionIdOfHers", "first name of hers", "second name of hers", "note on her", "another note",
            "https://pictures.example/one", "https://pictures.example/two", "city of hers", "province of hers", "country of hers", "language of hers",
        ]);
    }

    /// <summary>Writes a person's openid and unionids into every other column of the database that can hold one.</summary>
    private static Task NameEverywhereAsync(PrivacyScene scene, string openId, string[] values) => scene.Tables.ExecuteAsync(
        $"""
        insert into wechat.identity_conflicts
        select app_id, openid, null, null, null, null, now(), now(), 1 from wechat.followers where openid = '{openId}'
        union all (select app_id, openid, null, null, null, '{openId}', now(), now(), 1 from wechat.followers where subscribe order by openid limit 1)
        union all (select app_id, openid, '{values[1]}', null, null, null, now(), now(), 1 from wechat.followers where subscribe order by openid limit 1 offset 1)
        union all (select app_id, openid, null, '{values[2]}', null, null, now(), now(), 1 from wechat.followers where subscribe order by openid limit 1 offset 2)
        union all (select app_id, openid, null, null, '{values[1]}', null, now(), now(), 1 from wechat.followers where subscribe order by openid limit 1 offset 3);
        insert into followersync.held_identities
        select app_id, openid, 1, '{values[2]}', now() from wechat.followers where openid = '{openId}'
        union all (select app_id, openid, 1, '{values[1]}', now() from wechat.followers where subscribe order by openid limit 1);
        insert into followersync.rejected_openids select '{scene.Truth.AppId}', '{openId}', 40003, 'invalid openid', 'rid', now(), now(), 1, now();
        insert into followersync.unfollow_candidates select '{scene.Truth.AppId}', '{openId}', max(listing_id), 'listing', now() from followersync.listings;
        insert into followersync.settled_doubts values ('{scene.Truth.AppId}', '{openId}', now());
        insert into followersync.listing_openids select max(listing_id), 1, '{openId}' from followersync.listings;
        update followersync.listings set next_openid = '{openId}', previous_openid = '{openId}', asked_through = '{openId}';
        insert into followersync.confirmations values ('{scene.Truth.AppId}', '{openId}', now()) on conflict do nothing;
        insert into followersync.rotations values ('{scene.Truth.AppId}', '{openId}', now()) on conflict (app_id) do update set asked_through = excluded.asked_through;
        """);

    /// <summary>Gives every column of a person's rows a value that is not its default.</summary>
    private static Task FillAsync(PrivacyScene scene, string table, string openId) => scene.Tables.ExecuteAsync(
        $"""
        do $do$ begin
            execute (
                select format('update wechat.{table} set %s where openid = ''{openId}''', string_agg(format(
                    case data_type when 'boolean' then '%1$I = not %1$I' when 'ARRAY' then '%1$I = coalesce(nullif(%1$I, ''{"{}"}''), ''{"{7}"}'')'
                        when 'timestamp with time zone' then '%1$I = coalesce(%1$I, now())' else '%1$I = coalesce(%1$I, ''7'')' end, column_name), ', '))
                from information_schema.columns
                where table_schema = 'wechat' and table_name = '{table}' and column_name not in ('app_id', 'openid', 'subscribe', 'anonymised_at', 'unfollow_source', 'source'));
        end $do$
        """);

    private static Task<string> ReadKeptAsync(PrivacyScene scene, string table, string openId) => scene.Tables.ReadAsync<string>(
        $"""
        select jsonb_agg(to_jsonb(t) - '{"{"}openid, unionid, anonymised_at, profile_hash, {Personal}{"}"}'::text[] order by to_jsonb(t) - 'openid' - 'unionid')::text
        from wechat.{table} t where openid = '{openId}'
        """);
}
