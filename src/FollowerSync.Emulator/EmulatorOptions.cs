using System.Collections.Immutable;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.Visitors;

namespace FollowerSync.Emulator;

/// <summary>What the emulated WeChat looks like. Every value has a default that needs no thought.</summary>
public sealed record EmulatorOptions
{
    /// <summary>The TCP port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Followers of every account that does not say its own number. 0 to 1 000 000 000.</summary>
    public int Followers { get; init; } = 25_000;

    /// <summary>How long every answer takes at least. No thread waits for it.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The same seed gives the same people, openids and order.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True: nickname, avatar, sex and region as before 2021-12-27; false: empty, as WeChat answers today.</summary>
    public bool FullProfiles { get; init; } = true;

    /// <summary>The accounts; none means one account with <see cref="DefaultAppId"/> and <see cref="DefaultAppSecret"/>.</summary>
    public ImmutableArray<EmulatedAccountOptions> Accounts { get; init; } = [];

    /// <summary>The AppId of the default account.</summary>
    public const string DefaultAppId = "wx00000000000000e1";

    /// <summary>The AppSecret of the default account: 32 hex digits, known to everybody.</summary>
    public const string DefaultAppSecret = "e1c7d09b35f24a8e6b1d70f3928c5a01";

    /// <summary>Life of an access token.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromSeconds(7200);

    /// <summary>How long a replaced token still works, and how long before its end a stable token is replaced.</summary>
    public TimeSpan TokenOverlap { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Calls of <c>/cgi-bin/token</c> a Beijing day and account before 45009.</summary>
    public int DailyTokenLimit { get; init; } = 2000;

    /// <summary>Calls a Beijing day by path and account, for example <c>/cgi-bin/user/get</c> = 500; a path not named here is not limited.</summary>
    public ImmutableDictionary<string, int> DailyLimits { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Calls a minute by path and account before 45011; a path not named here is not limited.</summary>
    public ImmutableDictionary<string, int> MinuteLimits { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The most openids in one answer of <c>user/get</c>: 10 000 at WeChat, smaller where a test wants many pages.</summary>
    public int PageSize { get; init; } = 10_000;

    /// <summary>The most openids in one answer of <c>getblacklist</c>.</summary>
    public int BlacklistPageSize { get; init; } = 1000;

    /// <summary>Whether the accounts are bound to an Open Platform account, so that followers have a unionid.</summary>
    public bool UnionIds { get; init; } = true;

    /// <summary>How many of a hundred people follow every account under the same unionid.</summary>
    public int SharedPeoplePercent { get; init; } = 30;

    /// <summary>What <c>user/get</c> says to the cursor of a person who has left: false goes on behind it, true answers 40003.</summary>
    public bool RefuseCursorOfDeparted { get; init; }

    /// <summary>How many of a hundred people change in one churn step. 0 to 100.</summary>
    public double ChurnPercent { get; init; } = 1;

    /// <summary>How often a churn step happens by itself; zero means only when <see cref="EmulatedAccount.Churn(double?)"/> is called.</summary>
    public TimeSpan ChurnInterval { get; init; }

    /// <summary>Who visits by web authorisation, and how they behave.</summary>
    public VisitorOptions Visitors { get; init; } = new();

    /// <summary>Scripted faults.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>A seed strikes calls with a reproducible mixture of faults; null leaves them in peace.</summary>
    public int? ChaosSeed { get; init; }

    /// <summary>How many of a hundred calls chaos strikes. 0 to 100.</summary>
    public double ChaosPercent { get; init; } = 5;

    /// <summary>How many of the latest requests are remembered one by one; counters are exact regardless.</summary>
    public int RememberedRequests { get; init; } = 4096;

    /// <summary>The clock of tokens, quotas, delays and churn.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal ImmutableArray<EmulatedAccountOptions> AccountsOrDefault() => Accounts.IsDefaultOrEmpty
        ? [new EmulatedAccountOptions { AppId = DefaultAppId, AppSecret = DefaultAppSecret }]
        : Accounts;
}
