using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync.Merging;

/// <summary>No borrowed identity: whose unionid is stored, and whose is not.</summary>
public sealed class IdentityTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";

    private static readonly EmulatorOptions Small = new() { Followers = 1_200, PageSize = 1_000 };

    [Fact]
    public async Task A_unionid_that_changed_is_stored_after_a_single_answer_says_so_too()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string openId = account.Truth.Followers().First().OpenId;
        account.Truth.SetProfile(openId, f => f with { UnionId = "oChanged-after-rebinding-0001" });
        account.Emulator.Requests.Clear();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        account.Emulator.Requests.Count("/cgi-bin/user/info").ShouldBe(1);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_batch_that_shifts_unionids_once_stores_none_of_them()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ShiftUnionIds, Path = BatchGet, Call = 3 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        account.Emulator.Faults.Struck(FaultKind.ShiftUnionIds).ShouldBe(1);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task New_people_behind_a_shifted_known_one_get_their_own_unionids()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        for (int i = 0; i < 60; i++)
            account.Truth.AddFollower();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ShiftUnionIds, Path = BatchGet, Call = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task New_people_in_batches_that_keep_shifting_unionids_get_none_or_their_own()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        for (int i = 0; i < 60; i++)
            account.Truth.AddFollower();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ShiftUnionIds, Path = BatchGet });

        await account.SyncAsync();

        Dictionary<string, string?> unionIds = account.Truth.Followers().ToDictionary(f => f.OpenId, f => f.UnionId, StringComparer.Ordinal);
        string[] foreign = await account.Tables.ReadAsync<string[]>(
            "select coalesce(array_agg(openid || ' ' || unionid), '{}') from wechat.followers where unionid is not null");
        foreign.Where(row => unionIds[row.Split(' ')[0]] != row.Split(' ')[1]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Unionids_that_batches_keep_shifting_are_held_and_the_stored_ones_stay()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small with { Followers = 12_000 });
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ShiftUnionIds, Path = BatchGet });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Held);
        run.Error!.ShouldContain("unionid");
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Two_people_of_an_account_with_one_unionid_are_a_conflict_and_the_stored_value_stays()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        EmulatedFollower[] two = [.. account.Truth.Followers().Take(2)];
        account.Truth.SetProfile(two[1].OpenId, f => f with { UnionId = two[0].UnionId });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<string>($"select unionid from wechat.followers where openid = '{two[1].OpenId}'")).ShouldBe(two[1].UnionId);
        (await account.Tables.ReadAsync<string>("select openid || ' ' || other_openid from wechat.identity_conflicts")).ShouldBe($"{two[1].OpenId} {two[0].OpenId}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_people_of_two_batches_that_are_stored_together_do_not_both_get_one_unionid(bool known)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 400 });
        if (known)
            await account.SyncAsync();
        EmulatedFollower[] people = [.. account.Truth.Followers().OrderBy(person => person.OpenId, StringComparer.Ordinal)];
        foreach (int place in new[] { 10, 150, 390 })
            account.Truth.SetProfile(people[place].OpenId, f => f with { UnionId = "o6_bmasdasdsad6_2sgVtMD0aNew" });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where unionid = 'o6_bmasdasdsad6_2sgVtMD0aNew'")).ShouldBe(1);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.identity_conflicts where other_openid is not null")).ShouldBe(2);
    }

    [Fact]
    public async Task Two_people_far_apart_in_a_first_sync_are_not_both_stored_with_one_unionid()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 4_000 });
        EmulatedFollower[] people = [.. account.Truth.Followers()];
        account.Truth.SetProfile(people[^1].OpenId, f => f with { UnionId = people[0].UnionId });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(4_000);
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.followers where unionid = '{people[0].UnionId}'")).ShouldBe(1);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.identity_conflicts where other_openid is not null")).ShouldBe(1);
    }

    [Theory]
    [InlineData(1_500)]
    [InlineData(3_999)]
    public async Task A_unionid_that_only_a_single_answer_told_is_not_given_to_somebody_of_a_later_chunk_too(int place)
    {
        const string Told = "o6_bmasdasdsad6_2sgVtMD0aNew";
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 4_000 });
        EmulatedFollower[] people = [.. account.Truth.Followers()];
        (string owner, string twin, string later) = (people[10].OpenId, people[550].OpenId, people[place].OpenId);
        account.Truth.SetProfile(twin, f => f with { UnionId = "o6_bmasdasdsad6_2sgVtMD0aOld" });
        account.Truth.SetProfile(owner, f => f with { UnionId = "o6_bmasdasdsad6_2sgVtMD0aOld" });
        account.Truth.SetProfile(later, f => f with { UnionId = Told });
        // Two batches gave one unionid; asked about alone, the owner has another.
        AtFetched singles = new(800, () => account.Truth.SetProfile(owner, f => f with { UnionId = Told }));

        SyncRun run = await account.SyncAsync(singles);

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<string[]>($"select array_agg(openid) from wechat.followers where unionid = '{Told}'")).ShouldBe([owner]);
        (await account.Tables.ReadAsync<string>("select openid || ' ' || other_openid from wechat.identity_conflicts where other_openid is not null")).ShouldBe($"{later} {owner}");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(4_000);
    }

    [Fact]
    public async Task Behind_a_chunk_that_had_to_be_proven_people_are_copied_once_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 8_000, Latency = TimeSpan.FromMilliseconds(20) });
        EmulatedFollower[] people = [.. account.Truth.Followers()];
        account.Truth.SetProfile(people[550].OpenId, f => f with { UnionId = people[10].UnionId });
        // A sequence counts what is rolled back too.
        await account.Tables.ExecuteAsync(
            """
            create sequence public.copied;
            create function public.count_copied() returns trigger language plpgsql as 'begin perform nextval(''public.copied''); return new; end';
            create trigger count_copied before insert on wechat.followers for each row execute function public.count_copied();
            """);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<long>("select last_value from public.copied")).ShouldBeInRange(8_000, 9_000, "the chunk beside the one that was proven may be copied in vain");
    }

    [Fact]
    public async Task An_absent_unionid_erases_none()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.MissingKeys, Keys = ["unionid"] });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Changed.ShouldBe(0);
    }

    [Theory]
    [InlineData(nameof(FaultKind.MissingEntries))]
    [InlineData(nameof(FaultKind.DuplicateEntries))]
    [InlineData(nameof(FaultKind.ExtraEntries))]
    [InlineData(nameof(FaultKind.EmptyEntries))]
    public async Task Answers_that_leave_out_add_or_repeat_people_store_everybody_right(string fault)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = Enum.Parse<FaultKind>(fault), Path = BatchGet, Percent = 1, Count = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Rejected.ShouldBe(0);
        await account.ShouldEqualTruthAsync();
    }

    /// <summary>Does something once, when so many people were answered about.</summary>
    private sealed class AtFetched(long people, Action action) : IProgress<SyncProgress>
    {
        private Action? _action = action;

        public void Report(SyncProgress value)
        {
            if (value.Fetched >= people)
                Interlocked.Exchange(ref _action, null)?.Invoke();
        }
    }
}
