using FollowerSync.Languages;

namespace FollowerSync.Status;

/// <summary>How the mirror of one account stands.</summary>
/// <param name="AppId">The account.</param>
/// <param name="Name">Its name at its last run.</param>
/// <param name="Followers">People who follow, as far as is stored.</param>
/// <param name="Rejected">Listed openids that WeChat refuses or does not answer.</param>
/// <param name="CompleteAsOf">When the list of the newest complete run began: whoever had come or gone by then is known; null when no run was complete.</param>
/// <param name="NotRead">What could not be read of the account beside its followers, and why; null = everything was.</param>
/// <param name="Round">The newest round, when it is unfinished; else null.</param>
/// <param name="HeldRunId">The newest run that waits for somebody to approve or reject; null when none does.</param>
internal sealed record AccountState(string AppId, string Name, long Followers, long Rejected, DateTimeOffset? CompleteAsOf, Sentence? NotRead = null, UnfinishedRound? Round = null, long? HeldRunId = null)
{
    /// <summary>Whether the followers are those of the newest complete run, and nobody was counted.</summary>
    public bool IsSummary { get; init; }

    /// <summary>Whether a process that lives has the account: without one, no run goes on.</summary>
    public bool IsLeased { get; init; }

    /// <summary>People in the inbox who wait to be asked about: their arrivals.</summary>
    public long ArrivalsWaiting { get; init; }

    /// <summary>When the first of them was received; null when nobody waits.</summary>
    public DateTimeOffset? ArrivalsWaitingSince { get; init; }
}

/// <summary>A round that a run works on, or that waits for another run: the day's calls were used up, or a run was broken off.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="PausedAt">When the day's calls were used up; null = it was broken off otherwise.</param>
/// <param name="Listed">Openids listed so far.</param>
/// <param name="Total">Followers WeChat named.</param>
/// <param name="ToAsk">Followers not asked for in this round yet: known ones, of a rotation those of the slice its newest run set out to ask for, new ones, and those the list has not reached.</param>
/// <param name="Asked">Followers asked for in it so far.</param>
/// <param name="IsRunning">Whether a run works on it now.</param>
internal sealed record UnfinishedRound(DateTimeOffset StartedAt, DateTimeOffset? PausedAt, long Listed, long Total, long ToAsk, long Asked, bool IsRunning)
{
    /// <summary>Days. Nobody believes more, and a clock that was set makes any number.</summary>
    private const double LongestForeseen = 1_000;

    /// <summary>When it will end if it goes on as it has; null while nothing can be told, as when it waits for a run.</summary>
    public DateTimeOffset? ExpectedEnd(DateTimeOffset now)
    {
        TimeSpan took = now - StartedAt;
        double days = took.TotalDays * ToAsk / Asked;
        return !IsRunning || Asked <= 0 || took < TimeSpan.Zero || days > LongestForeseen ? null : now + TimeSpan.FromDays(days);
    }
}
