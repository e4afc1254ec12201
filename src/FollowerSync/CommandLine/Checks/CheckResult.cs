using System.Text.Json.Serialization;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine.Checks;

/// <summary>One tested prerequisite.</summary>
/// <param name="Name">What was tested.</param>
/// <param name="Account">Name of the account it was tested for; null for what all share.</param>
/// <param name="Mark">How it went.</param>
/// <param name="Text">What was found and, unless all is well, the remedy.</param>
internal sealed record CheckResult(Sentence Name, string? Account, CheckMark Mark, Sentence Text)
{
    /// <summary>What the check alone would exit with.</summary>
    [JsonIgnore]
    public int ExitCode { get; init; } = Mark == CheckMark.Failed ? ExitCodes.Failed : ExitCodes.Succeeded;
}

/// <summary>How a check went.</summary>
internal enum CheckMark
{
    Ok,

    /// <summary>Syncs work, but a person should know.</summary>
    Warning,

    /// <summary>Syncs do not work like this.</summary>
    Failed,

    /// <summary>Not tested, because something before it failed.</summary>
    Skipped,
}

/// <summary>What <c>check --json</c> writes.</summary>
/// <param name="ExitCode">The worst of the checks.</param>
/// <param name="Checks">In the order tested.</param>
internal sealed record CheckReport(int ExitCode, IReadOnlyList<CheckResult> Checks);
