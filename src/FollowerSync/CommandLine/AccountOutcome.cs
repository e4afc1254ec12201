using System.Text.Json.Serialization;
using FollowerSync.Languages;
using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>How the sync of one account went.</summary>
/// <param name="AppId">The account.</param>
/// <param name="Name">Its name in the settings.</param>
/// <param name="ExitCode">What this account alone would exit with.</param>
/// <param name="Run">Its run; null when none began.</param>
/// <param name="Error">Why it did not succeed; null when it did.</param>
internal sealed record AccountOutcome(string AppId, string Name, int ExitCode, SyncRun? Run, Sentence? Error)
{
    /// <summary>Time from start to end of the run.</summary>
    [JsonIgnore]
    public TimeSpan? Duration => Run?.Took;
}

/// <summary>What <c>sync --json</c> writes.</summary>
/// <param name="ExitCode">The worst of the accounts.</param>
/// <param name="Accounts">One entry an account.</param>
internal sealed record SyncReport(int ExitCode, IReadOnlyList<AccountOutcome> Accounts)
{
    public static SyncReport Of(IReadOnlyList<AccountOutcome> outcomes) => new(ExitCodes.Worst(outcomes.Select(outcome => outcome.ExitCode)), outcomes);
}
