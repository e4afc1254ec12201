using FollowerSync.Arrivals;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Sync.Arriving;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A synced account with a clock of its own, whose runs are followed by what the settings of privacy ask for.</summary>
internal sealed class PrivacyScene : IAsyncDisposable
{
    // All that is counted, without openids and unionids.
    private const string CountsSql =
        """
        select jsonb_build_object(
            'audience', (select jsonb_agg(to_jsonb(t) - 'openid' - 'unionid' order by to_jsonb(t) - 'openid' - 'unionid') from wechat.audience t),
            'follow_episodes', (select jsonb_agg(to_jsonb(t) - 'openid' order by to_jsonb(t) - 'openid') from wechat.follow_episodes t),
            'complete_episodes', (select jsonb_agg(to_jsonb(t) - 'openid' order by to_jsonb(t) - 'openid') from wechat.complete_episodes t),
            'versions', (select jsonb_agg(v order by v) from (select jsonb_build_array(valid_from, valid_to, replaced) from wechat.follower_history) t (v)),
            'people', (select count(*) from wechat.people),
            'daily_totals', (select jsonb_agg(to_jsonb(t) - 'difference_why' order by day) from wechat.daily_totals t),
            'growth_by_month', (select jsonb_agg(t order by month) from wechat.growth_by_month t),
            'growth_by_scene', (select jsonb_agg(to_jsonb(t) order by to_jsonb(t)) from wechat.growth_by_scene t),
            'growth_by_qr_scene', (select jsonb_agg(to_jsonb(t) order by to_jsonb(t)) from wechat.growth_by_qr_scene t),
            'retention', (select jsonb_agg(t order by cohort) from wechat.retention t),
            'churn', (select jsonb_agg(t order by month) from wechat.churn t),
            'group_sizes', (select jsonb_agg(to_jsonb(t) order by to_jsonb(t)) from wechat.group_sizes t),
            'tag_sizes', (select jsonb_agg(to_jsonb(t) order by to_jsonb(t)) from wechat.tag_sizes t))::text
        """;

    private readonly SimulatedClock _clock;

    private PrivacyScene(SyncedAccount account, SimulatedClock clock)
    {
        Account = account;
        _clock = clock;
    }

    public SyncedAccount Account { get; }

    public TimeProvider Clock => _clock;

    public EmulatedAccount Truth => Account.Truth;

    public TestDatabase Tables => Account.Tables;

    public static async Task<PrivacyScene> StartAsync(int followers)
    {
        SimulatedClock clock = new();
        SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = followers, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        PrivacyScene scene = new(account, clock);
        await scene.SyncAsync();
        return scene;
    }

    public Task AdvanceAsync(double days) => _clock.AdvanceAsync(Tables, TimeSpan.FromDays(days));

    /// <summary>Lets time go by, and syncs once at its end.</summary>
    public async Task<SyncRun> SyncAfterAsync(double days)
    {
        await AdvanceAsync(days);
        return await SyncAsync();
    }

    /// <summary>Lets somebody leave and a run see it.</summary>
    public Task<SyncRun> LeaveAsync(string openId)
    {
        Truth.Unfollow(openId);
        return SyncAfterAsync(days: 1);
    }

    /// <summary>WeChat's signed word comes that the person deleted the WeChat account.</summary>
    public async Task CancelAsync(string openId)
    {
        await Account.ArriveAsync(Account.Arrival(openId, ArrivalKinds.Cancelled));
        await Account.DrainAsync();
    }

    /// <summary>Lets time go by without a sync, and does what is due after one.</summary>
    public async Task CleanAfterAsync(double days)
    {
        await AdvanceAsync(days);
        await CleanAsync((await Account.Runs.LastRunAsync(Account.Account.AppId, default))!);
    }

    public RunLeases NewLeases() => Account.NewProcess().GetRequiredService<RunLeases>();

    public PersonErasure NewErasure() => Account.NewProcess().GetRequiredService<PersonErasure>();

    public HashKeyStore NewHashKeys() => Account.NewProcess().GetRequiredService<HashKeyStore>();

    public Pseudonyms NewPseudonyms() => new(Account.Privacy.HashKey);

    public Task<string> ReadCountsAsync() => Tables.ReadAsync<string>(CountsSql);

    /// <summary>A number that SQL counts.</summary>
    public Task<long> CountAsync(string from) => Tables.ReadAsync<long>($"select count(*) from {from}");

    public ValueTask DisposeAsync() => Account.DisposeAsync();

    private async Task<SyncRun> SyncAsync()
    {
        SyncRun run = await Account.SyncAsync();
        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await CleanAsync(run);
        return run;
    }

    /// <summary>Cleans up by a machine whose clock is another.</summary>
    public async Task CleanByAsync(TimeProvider machine) => await CleanAsync((await Account.Runs.LastRunAsync(Account.Account.AppId, default))!, machine);

    /// <summary>Cleans up when the clocks of the database and of the machine have jumped since WeChat was heard from, if it was at all.</summary>
    public async Task CleanAfterJumpAsync(double days, bool isHeard)
    {
        IServiceProvider process = isHeard ? await Account.NewHeardProcessAsync(_clock) : Account.NewProcess(_clock);
        await AdvanceAsync(days);
        await CleanAsync((await Account.Runs.LastRunAsync(Account.Account.AppId, default))!, process);
    }

    private async Task CleanAsync(SyncRun run, TimeProvider? machine = null) => await CleanAsync(run, await Account.NewHeardProcessAsync(machine ?? _clock));

    private async Task CleanAsync(SyncRun run, IServiceProvider process)
    {
        IAfterRun[] parts = [.. process.GetServices<IAfterRun>().Where(part => part is LeaverPrivacy or VisitorRetention)];
        parts.Length.ShouldBe(2);
        foreach (IAfterRun part in parts)
            await part.DoAsync(Account.Account, run, default);
    }
}
