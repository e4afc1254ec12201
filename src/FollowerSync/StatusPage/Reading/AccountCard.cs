using FollowerSync.Alerts;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.StatusPage.Reading;

/// <summary>How an account stands, from small tables alone.</summary>
internal sealed record AccountCard
{
    public string AppId { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Whether the settings name it.</summary>
    public bool Configured { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>People who follow, as stored by the newest complete run; null when none was complete.</summary>
    public long? Followers { get; init; }

    /// <summary>When the list of that run was begun.</summary>
    public DateTimeOffset? CompleteAsOf { get; init; }

    /// <summary>Followers by WeChat's word, in the newest run that heard it.</summary>
    public long? WechatTotal { get; init; }

    public DateTimeOffset? WechatTotalAt { get; init; }

    /// <summary>Whether that run is the complete one, so that the two numbers can be compared.</summary>
    public bool IsOfOneRun { get; init; }

    /// <summary>How many more followers WeChat counts; null when the numbers are of different times.</summary>
    public long? Difference => IsOfOneRun ? WechatTotal - Followers : null;

    /// <summary>When the newest success ended.</summary>
    public DateTimeOffset? SuccessAt { get; init; }

    /// <summary>How long that run took.</summary>
    public TimeSpan SuccessTook { get; init; }

    /// <summary>The newest complete run; null = none was.</summary>
    public long? CompleteRunId { get; init; }

    /// <summary>What it added and marked as gone itself. Of whom pushes told, runs of arrivals did before.</summary>
    public long Added { get; init; }

    public long Unsubscribed { get; init; }

    /// <summary>How long the ten successes before took in the middle; null when there were none.</summary>
    public TimeSpan? UsualTime { get; init; }

    /// <summary>People listed by the newest complete runs, oldest first.</summary>
    public long[] Recent { get; init; } = [];

    /// <summary>How many more people it listed than the complete run before; null = there was none.</summary>
    public long? Growth => Recent is [.., var before, var last] ? last - before : null;

    public long? HeldRunId { get; init; }

    public DateTimeOffset? PausedAt { get; init; }

    public string? PausedBy { get; init; }

    /// <summary>When somebody last resumed it; null = nobody did.</summary>
    public DateTimeOffset? ResumedAt { get; init; }

    /// <summary>Whether a process that lives works on it.</summary>
    public bool IsLeased { get; init; }

    /// <summary>Calls made today in Beijing.</summary>
    public long CallsToday { get; init; }

    /// <summary>Today's calls for profiles by this program, and by other systems as far as WeChat told today; of an account whose limit WeChat never told, 0.</summary>
    public long BatchCalls { get; init; }

    public long BatchOthers { get; init; }

    /// <summary>The daily limit of calls for profiles, as WeChat said the last time it was asked; null = never.</summary>
    public long? BatchLimit { get; init; }

    /// <summary>What is left of them today; null while no limit is known.</summary>
    public long? BatchLeft(double reservePercent) =>
        new ApiQuota { Api = WeChatApi.BatchGet, Calls = BatchCalls, Others = BatchOthers, DailyLimit = BatchLimit }.OfDay(reservePercent)?.Left;

    /// <summary>Until when some API rests; null = none does, or on a machine alone whose work another one does.</summary>
    public DateTimeOffset? StoppedUntil { get; init; }

    public Sentence? StopReason { get; init; }

    public DateTimeOffset? TokenUntil { get; init; }

    /// <summary>The newest run, those of arrivals left out; null when there was none.</summary>
    public SyncRun? LastRun { get; init; }

    /// <summary>The run that goes on now; null when none does.</summary>
    public RunProgress? Running { get; init; }

    public bool IsRunning => Running is not null;

    /// <summary>How the newest run stands. One whose process died says that it runs until the next closes it.</summary>
    public RunStatus? LastStatus => LastRun is { Status: RunStatus.Running } && !IsLeased ? RunStatus.Abandoned : LastRun?.Status;

    /// <summary>Why the newest run that ended by itself did not come to its end; null = it did, or failed.</summary>
    public string? UnfinishedError { get; init; }

    /// <summary>What alerts go by when they judge how new the data is.</summary>
    public AccountView View => new()
    {
        Now = Now,
        SuccessAt = SuccessAt,
        SuccessTook = SuccessTook,
        ResumedAt = ResumedAt,
        ScheduleIsPaused = PausedAt is not null,
        Runs = UnfinishedError is { } error ? [new RunView { Status = RunStatus.Partial, Error = error }] : [],
    };

    /// <summary>Whether the data is as new as the schedule promises.</summary>
    public Freshness Freshness { get; init; }
}
