using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.IntegrationTests.Sync.Arriving;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Two emulated accounts from their first day on, for the cookbook: the same people do the same things at every run of the tests.</summary>
public sealed class ExampleAccounts : IAsyncLifetime
{
    /// <summary>To 2 November.</summary>
    private const int Days = 215;

    /// <summary>From 1 October on there is a sync every night; before, on every second Monday.</summary>
    private const int FirstNight = 183;

    private const int FirstMonday = 5;

    private static readonly DateTimeOffset Opened = new(2026, 4, 1, 0, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Hours of the day at which people come, go and change, and how many of a hundred do so.</summary>
    private static readonly (int Hour, double Percent)[] Changes = [(8, 0.1), (12, 0.3), (18, 0.15), (20, 0.35), (22, 0.1)];

    /// <summary>QR codes that bring somebody every Saturday.</summary>
    private static readonly string[] Codes = ["parcel-card", "parcel-card", "shop-window", "fair-hangzhou"];

    private readonly SimulatedClock _clock = new(Opened);
    private readonly List<string> _brought = [];
    private SyncedAccount _account = null!;
    private AccountOptions _shop = null!;

    internal TestDatabase Tables => _account.Tables;

    private EmulatedAccount Brand => _account.Emulator.Accounts[0];

    private EmulatedAccount Shop => _account.Emulator.Accounts[1];

    public async Task InitializeAsync()
    {
        await StartAsync();
        for (int day = 0; day < Days; day++)
        {
            if (day >= FirstNight || day % 14 == FirstMonday)
                await SyncAsync(Opened.AddDays(day).AddHours(3.5));
            foreach ((int hour, double percent) in Changes)
                await ChangeAsync(Opened.AddDays(day).AddHours(hour), percent);
        }

        await SyncAsync(Opened.AddDays(Days).AddHours(3.5));
        await _clock.MoveToAsync(Tables, Opened.AddDays(Days).AddHours(9));
    }

    public async Task DisposeAsync() => await _account.DisposeAsync();

    private async Task StartAsync()
    {
        const string Secret = EmulatorOptions.DefaultAppSecret;
        EmulatorOptions options = new()
        {
            Followers = 0,
            FullProfiles = false,
            TimeProvider = _clock,
            Accounts = [new() { AppId = "wx00000000000000e1", AppSecret = Secret }, new() { AppId = "wx00000000000000e2", AppSecret = Secret }],
        };

        // A call that is repeated because the machine was busy would be counted in the answers.
        _account = await SyncedAccount.StartAsync(options, settings => settings.AttemptTimeout = TimeSpan.FromMinutes(1));
        _shop = new AccountOptions { Name = "Shop", AppId = Shop.AppId, AppSecret = Secret };
        await _clock.InstallAsync(Tables);
    }

    private async Task ChangeAsync(DateTimeOffset moment, double percent)
    {
        await _clock.MoveToAsync(Tables, moment);
        Brand.Churn(percent);
        Shop.Churn(percent / 2);
        if (moment.Hour == 12 && moment.DayOfWeek == DayOfWeek.Saturday)
            await ComeByCodesAsync();
        if (moment.Hour == 12 && moment.Day == 15)
            TidyUp();
        if (moment.Hour == 12 && moment.DayOfWeek == DayOfWeek.Sunday)
            await LeaveAgainAsync();
    }

    /// <summary>WeChat tells of these people by messages; of all others FollowerSync knows from lists alone.</summary>
    private async Task ComeByCodesAsync()
    {
        foreach (string code in Codes)
        {
            string openId = Brand.AddFollower().OpenId;
            Brand.SetProfile(openId, person => person with { SubscribeScene = "ADD_SCENE_QR_CODE", QrScene = 0, QrSceneStr = code });
            _brought.Add(openId);
            await TellAsync(ArrivalKinds.Subscribe, openId, "qrscene_" + code);
        }

        await TellAsync(ArrivalKinds.Scan, _brought[^1], Codes[^1]);
        await TellAsync(ArrivalKinds.Scan, _brought[0], Codes[0]);
    }

    /// <summary>In the middle of a month somebody is put on the blacklist; once a tag is deleted and another one renamed.</summary>
    private void TidyUp()
    {
        Brand.Blacklist(Brand.Followers().First().OpenId);
        Brand.Tags.Delete(105);
        Brand.Tags.Rename(100, "金卡会员");
    }

    /// <summary>One of the parcel card's people each week, and every second week one of the fair's.</summary>
    private async Task LeaveAgainAsync()
    {
        string[] people = [.. _brought.TakeLast(Codes.Length)];
        await LeaveAsync(people[0]);
        if (_brought.Count / Codes.Length % 2 == 0)
            await LeaveAsync(people[^1]);
    }

    private Task<int> LeaveAsync(string openId)
    {
        Brand.Unfollow(openId);
        return TellAsync(ArrivalKinds.Unsubscribe, openId, key: null);
    }

    private Task<int> TellAsync(string kind, string openId, string? key) => _account.Database.RunAsync(
        tx => ArrivalStore.InsertAsync(tx, [_account.Arrival(openId, kind, at: _clock.GetUtcNow(), key: key)]), default);

    private async Task SyncAsync(DateTimeOffset moment)
    {
        await _clock.MoveToAsync(Tables, moment);
        foreach (AccountOptions account in new[] { _account.Account, _shop })
        {
            SyncRun run = await _account.NewRunner().RunAsync(account, SyncTrigger.Schedule, new CallTime(_clock, Tables), default);
            run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
            await _account.NewReading(_clock).DoAsync(account, run, default);
        }
    }
}
