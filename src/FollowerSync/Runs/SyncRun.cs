using System.Text.Json.Serialization;
using FollowerSync.Languages;

namespace FollowerSync.Runs;

/// <summary>A row of <c>wechat.sync_runs</c>.</summary>
internal sealed record SyncRun
{
    public required long RunId { get; init; }

    public required string AppId { get; init; }

    public required SyncTrigger Trigger { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Node that ran it; null = a version before nodes had names.</summary>
    public string? Node { get; init; }

    /// <summary>How long it took; null while it runs. Never negative, as when the clock was set back meanwhile.</summary>
    [JsonIgnore]
    public TimeSpan? Took => FinishedAt is not { } end ? null : end > StartedAt ? end - StartedAt : TimeSpan.Zero;

    /// <summary>Followers WeChat said the account has; null when no page was read.</summary>
    public long? WechatTotal { get; init; }

    public long Listed { get; init; }

    public long Added { get; init; }

    public long Changed { get; init; }

    public long Unchanged { get; init; }

    public long Unsubscribed { get; init; }

    public long Rejected { get; init; }

    public long ApiCalls { get; init; }

    /// <summary>Calls that were repeats of a failed one.</summary>
    public long Retries { get; init; }

    public long TokenRefreshes { get; init; }

    /// <summary>Time spent waiting before repeats and for limits, summed over calls side by side.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>How long the list was read, and who is new was asked for; null = the run did not get there.</summary>
    public TimeSpan? ListingTook { get; init; }

    /// <summary>How long those were asked for who are missing from the list; null = the run did not get there.</summary>
    public TimeSpan? ConfirmingTook { get; init; }

    /// <summary>How long the known ones were asked for; null = the run did not get there.</summary>
    public TimeSpan? RefreshingTook { get; init; }

    /// <summary>How long the marking of who has gone took; null = the run did not get there.</summary>
    public TimeSpan? ClosingTook { get; init; }

    /// <summary>The round the run worked on; runs that continued one round share it.</summary>
    public long? ListingId { get; init; }

    /// <summary>Until when what is stored is complete: the beginning of the list that the run came to the end of, which may be an earlier run's; null when
    /// it did not.</summary>
    public DateTimeOffset? CompleteAsOf { get; init; }

    /// <summary>Why the run did not succeed: what happened and what to do; null when it did.</summary>
    public Sentence? Error { get; init; }

    /// <summary>When a person released what the run held; null = nothing was released.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>When a person rejected what the run held; null = nothing was rejected.</summary>
    public DateTimeOffset? RejectedAt { get; init; }

    /// <summary>When the worker tries again by itself, after a passing failure; null = at the next time of the schedule.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>In how long after the run's end <see cref="RetryAt"/> is. Not stored; for whoever has to wait.</summary>
    [JsonIgnore]
    public TimeSpan? RetryIn { get; init; }

    /// <summary>The run as its record should say, when the database was away at its end; null when the record says it.</summary>
    [JsonIgnore]
    public SyncRun? ToRecord { get; init; }

    /// <summary>What to know about the run beside its status; null = nothing.</summary>
    public Sentence? Note { get; init; }

    /// <summary>Whether the run failed because of the settings, such as a wrong AppSecret. Not stored; the exit code tells it.</summary>
    [JsonIgnore]
    public bool SettingsAtFault { get; init; }
}

/// <summary>What started a run.</summary>
internal enum SyncTrigger
{
    /// <summary>The cron schedule.</summary>
    Schedule,

    /// <summary>A person, by <c>followersync sync</c>.</summary>
    Manual,

    /// <summary>The start of the worker.</summary>
    Start,

    /// <summary>Somebody arrived: a push of WeChat, a visitor, an import.</summary>
    Event,
}

/// <summary>How a run stands. All but <see cref="Running"/> are final.</summary>
internal enum RunStatus
{
    Running,

    /// <summary>Everything listed, everybody stored.</summary>
    Succeeded,

    /// <summary>What was stored is right, but not all of it; <see cref="SyncRun.Error"/> says what lacks.</summary>
    Partial,

    /// <summary>The mass-change brake holds part of it until <c>followersync approve</c>.</summary>
    Held,

    /// <summary>Stopped by an error; what was stored before is right.</summary>
    Failed,

    /// <summary>Stopped by a person or by the host's stop.</summary>
    Cancelled,

    /// <summary>Its process died; found by a later start.</summary>
    Abandoned,
}
