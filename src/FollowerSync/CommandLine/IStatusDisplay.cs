using FollowerSync.Languages;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary>Where <see cref="StatusWatch"/> shows what it sees.</summary>
internal interface IStatusDisplay : IDisposable
{
    /// <summary>The status as it is now.</summary>
    public void Show(StatusReport report, DateTimeOffset now);

    /// <summary>The database is away.</summary>
    /// <param name="since">When the first look began that failed.</param>
    /// <param name="why">What was said.</param>
    public void ShowAway(DateTimeOffset since, Sentence why);
}
