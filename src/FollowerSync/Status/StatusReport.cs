using System.Text.Json.Serialization;
using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Nodes;
using FollowerSync.Runs;
using FollowerSync.Sharing;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Status;

/// <summary>What <c>status --json</c> writes.</summary>
/// <param name="Accounts">Those of the settings, then those that only the database knows.</param>
internal sealed record StatusReport(IReadOnlyList<AccountStatus> Accounts)
{
    /// <summary>What a person should look at, most pressing first.</summary>
    public IReadOnlyList<Sentence> Attention { get; init; } = [];

    /// <summary>The workers seen lately, living ones first.</summary>
    public IReadOnlyList<NodeState> Workers { get; init; } = [];

    /// <summary>The next run of the schedule; null when no worker lives to start it.</summary>
    public DateTimeOffset? NextRunAt => NodeState.NextRunOf(Workers);
}

/// <summary>One account of <see cref="StatusReport"/>.</summary>
internal sealed record AccountStatus
{
    public required string AppId { get; init; }

    public required string Name { get; init; }

    /// <summary>Whether the settings name the account.</summary>
    public required bool Configured { get; init; }

    public long Followers { get; init; }

    /// <summary>Whether they are those of the newest complete run, as nobody was counted.</summary>
    [JsonIgnore]
    public bool IsSummary { get; init; }

    /// <summary>Followers WeChat said the account has, in the newest run that asked; null when none did.</summary>
    public long? WechatTotal => LastRuns.FirstOrDefault(run => run.WechatTotal is not null)?.WechatTotal;

    /// <summary>When it said so.</summary>
    public DateTimeOffset? WechatTotalAt => LastRuns.FirstOrDefault(run => run.WechatTotal is not null)?.StartedAt;

    /// <summary>Whoever had come or gone by this time is known; null when no run was complete yet.</summary>
    public DateTimeOffset? CompleteAsOf { get; init; }

    /// <summary>How long ago that is; never below zero, whatever the clocks say.</summary>
    [JsonIgnore]
    public TimeSpan? CompleteAge { get; init; }

    public long? CompleteAgeSeconds => (long?)CompleteAge?.TotalSeconds;

    public long Rejected { get; init; }

    /// <summary>Groups, tags, blacklist or datacube, where they could not be read, and why; null = everything was read.</summary>
    public Sentence? NotRead { get; init; }

    /// <summary>The round that a run works on or that waits for another one; null when none is unfinished.</summary>
    public RoundStatus? Round { get; init; }

    /// <summary>The run that waits for <c>followersync approve</c>; null when none does.</summary>
    public long? HeldRunId { get; init; }

    /// <summary>Since when somebody has paused its schedule on the status page; null = nobody has.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>The inbox; null when nobody has arrived lately.</summary>
    public ArrivalStatus? Arrivals { get; init; }

    /// <summary>APIs left alone at present.</summary>
    public IReadOnlyList<ApiStop> Stops { get; init; } = [];

    /// <summary>The stored access token, without its text; null when there is none.</summary>
    public TokenStatus? Token { get; init; }

    public long TokenReplacementsLastHour { get; init; }

    /// <summary>Why tokens stop working before their end; null when they do not, or too seldom to tell.</summary>
    public Sentence? TokenConflict { get; init; }

    /// <summary>The caches that the token is written to for other programs.</summary>
    public IReadOnlyList<MirrorState> TokenMirrors { get; init; } = [];

    /// <summary>When a run that failed for a passing reason is tried again, or was to be; null when none is.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>The newest run, where it failed and needs a person: it is not about to be tried again, or is one of several in a row; null otherwise.</summary>
    [JsonIgnore]
    public SyncRun? Failing { get; init; }

    /// <summary>The newest runs, newest first, those of arrivals left out.</summary>
    public IReadOnlyList<SyncRun> LastRuns { get; init; } = [];
}

/// <param name="Source">Service it comes from.</param>
/// <param name="ObtainedAt">When it was fetched, or read last where another program keeps it.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="SecondsLeft">Its remaining life; 0 when it has ended.</param>
internal sealed record TokenStatus(TokenSource Source, DateTimeOffset ObtainedAt, DateTimeOffset ExpiresAt, long SecondsLeft);

/// <param name="StartedAt">When it began.</param>
/// <param name="Running">Whether a run works on it now.</param>
/// <param name="PausedForQuota">Whether it waits for the next day's calls.</param>
/// <param name="Listed">Openids listed so far.</param>
/// <param name="Total">Followers WeChat named.</param>
/// <param name="ToAsk">Followers not asked for in it yet.</param>
/// <param name="ExpectedEnd">When it will end if it goes on as it has; null while no run works on it, and while nothing can be told.</param>
internal sealed record RoundStatus(DateTimeOffset StartedAt, bool Running, bool PausedForQuota, long Listed, long Total, long ToAsk, DateTimeOffset? ExpectedEnd);

/// <param name="Waiting">Arrivals nobody has been asked about yet.</param>
/// <param name="OldestWaitingSince">When the first of them was received; null when none waits.</param>
/// <param name="LastRun">The newest run of arrivals; null when there was none lately.</param>
internal sealed record ArrivalStatus(long Waiting, DateTimeOffset? OldestWaitingSince, SyncRun? LastRun);
