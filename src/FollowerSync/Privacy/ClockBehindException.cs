using FollowerSync.Database;

namespace FollowerSync.Privacy;

/// <summary>The database's clock cannot date who is gone: it is behind the others.</summary>
internal sealed class ClockBehindException(TimeSpan behind) : DatabaseException(
    $"The clock of the database is {behind.TotalHours:0} hours behind this machine's and WeChat's, so nobody was marked as gone: dated too early, people would be anonymised or deleted too early.",
    "Set it right, by NTP best; the next sync or approval after that marks them.");
