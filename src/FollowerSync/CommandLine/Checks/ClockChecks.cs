using FollowerSync.Database;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Compares this machine's clock with WeChat's and with the database's.</summary>
/// <param name="list">Takes the results.</param>
/// <param name="time">This machine's clock.</param>
/// <param name="isClustered">Whether nodes compare their clocks, so that they must agree within a second.</param>
internal sealed class ClockChecks(CheckList list, TimeProvider time, bool isClustered = false)
{
    private const string WeChat = "clock";
    private const string Database = "clock of the database";

    // The date of an answer has no fractions, and the way takes its time.
    private static readonly TimeSpan WorstOfWeChat = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WorstAlone = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WorstInCluster = TimeSpan.FromSeconds(1);

    /// <param name="skew">How far this machine is ahead of WeChat; null = WeChat has not answered.</param>
    public void AgainstWeChat(TimeSpan? skew)
    {
        if (skew is not { } known)
            list.Skipped(WeChat, "no answer from WeChat to compare with");
        else if (known.Duration() > WorstOfWeChat)
            list.Warning(WeChat, $"this machine is {DurationText.Of(known.Duration())} {Direction(known)} WeChat; the schedule goes by it. Set it right, by NTP best.");
        else
            list.Ok(WeChat, "agrees with WeChat within a minute");
    }

    public async Task AgainstAsync(FollowerDatabase database, CancellationToken cancellationToken)
    {
        // The first connection of a pool takes long, and would look like a difference.
        await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken);
        DateTimeOffset before = time.GetUtcNow();
        DateTimeOffset shown = await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken);
        DateTimeOffset after = time.GetUtcNow();
        TimeSpan ahead = shown < before ? before - shown : shown > after ? after - shown : TimeSpan.Zero;
        if (ahead.Duration() > (isClustered ? WorstInCluster : WorstAlone))
            list.Warning(
                Database,
                $"this machine is {DurationText.Of(ahead.Duration())} {Direction(ahead)} the database server. The schedule goes by this machine; tokens, quota and the times in the tables go by the server. "
                + $"{(isClustered ? "The nodes of a cluster judge by their clocks who is dead: within a second of each other. " : Sentence.Empty)}"
                + $"Find out which of the two is wrong (see the line above) and set it right, by NTP best.");
        else
            list.Ok(Database, isClustered ? (Sentence)"agrees with this machine within a second" : "agrees with this machine within seconds");
    }

    private static Sentence Direction(TimeSpan ahead) => ahead > TimeSpan.Zero ? (Sentence)"ahead of" : "behind";
}
