using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Alerts;

/// <summary>What is stored of an account, as far as alerts go by it.</summary>
internal sealed record AccountView
{
    public string AppId { get; init; } = "";

    /// <summary>Its name in the settings.</summary>
    public string Name { get; init; } = "";

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>When the newest run that succeeded ended, or what it held was approved.</summary>
    public DateTimeOffset? SuccessAt { get; init; }

    /// <summary>How long that run took.</summary>
    public TimeSpan SuccessTook { get; init; }

    /// <summary>When its first run began.</summary>
    public DateTimeOffset? FirstRunAt { get; init; }

    /// <summary>When this process began to look.</summary>
    public DateTimeOffset WatchedSince { get; init; }

    /// <summary>Whether somebody paused its schedule.</summary>
    public bool ScheduleIsPaused { get; init; }

    /// <summary>When somebody last resumed it; null = nobody did.</summary>
    public DateTimeOffset? ResumedAt { get; init; }

    public long? HeldRunId { get; init; }

    /// <summary>People held, counted so far as <see cref="Texts.AlertLimits.CountedAtMost"/> and one.</summary>
    public long HeldPeople { get; init; }

    /// <summary>Why all calls of the account are stopped; null = they are not, or on a machine alone whose work another one does.</summary>
    public string? StopReason { get; init; }

    /// <summary>When they were; null likewise.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Until when an API rests as the day's calls are used up; null = none does.</summary>
    public DateTimeOffset? QuotaUntil { get; init; }

    /// <summary>What WeChat said then.</summary>
    public string? QuotaReason { get; init; }

    /// <summary>When the round under way was paused for the next day's calls; null = it was not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Tokens replaced before their end within an hour.</summary>
    public long Replacements { get; init; }

    public DateTimeOffset? LastReplacementAt { get; init; }

    /// <summary>When the newest token was fetched; one that somebody else keeps, when it was first seen.</summary>
    public DateTimeOffset? TokenAt { get; init; }

    /// <summary>When the newest run of arrivals began that asked WeChat and succeeded.</summary>
    public DateTimeOffset? ArrivalsAt { get; init; }

    /// <summary>The newest runs that ended otherwise than by a stop, newest first, those of arrivals left out, and those that are left to another node.</summary>
    public IReadOnlyList<RunView> Runs { get; init; } = [];

    /// <summary>What takes longer to read; null = it was not read this time.</summary>
    public BooksView? Books { get; init; }
}

/// <summary>A run that ended.</summary>
internal sealed record RunView
{
    public string AppId { get; init; } = "";

    public long RunId { get; init; }

    public RunStatus Status { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? RetryAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public long Listed { get; init; }

    /// <summary>Why it ended so.</summary>
    public RunError Why => RunError.Of(Status, Error);

    /// <summary>Whether another node does what WeChat does not let its node do.</summary>
    public bool AnotherFires { get; init; }

    /// <summary>Whether it tells nothing of the account: WeChat let one machine of several not call.</summary>
    public bool IsLeftToAnother => AnotherFires && Why.ErrorCode == WeChatErrorCode.AddressNotAllowed;

    /// <summary>Whether it has yet to go on with the next day's calls, and nothing else is wrong.</summary>
    public bool IsPaused => Status == RunStatus.Partial && Why.IsQuota;
}

/// <summary>What takes longer to read of an account.</summary>
/// <param name="Rejected">Openids that WeChat refuses, counted as people held are.</param>
/// <param name="Days">The newest two days of WeChat's books that can be compared, newest first.</param>
internal sealed record BooksView(long Rejected, IReadOnlyList<BookDay> Days);

/// <summary>A day of WeChat's books beside ours.</summary>
internal sealed record BookDay
{
    public string AppId { get; init; } = "";

    /// <summary>The day's end in Beijing.</summary>
    public DateTimeOffset SeenUntil { get; init; }

    /// <summary>Followers by which WeChat's books lie beyond our bounds.</summary>
    public long Difference { get; init; }

    /// <summary>Followers by WeChat's books.</summary>
    public long Total { get; init; }
}
