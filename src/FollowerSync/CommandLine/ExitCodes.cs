using FollowerSync.Languages;
using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>What the program says to the shell. Scripts rely on these numbers.</summary>
internal static class ExitCodes
{
    public const int Succeeded = 0;

    /// <summary>It did not work; the message says why.</summary>
    public const int Failed = 1;

    /// <summary>Wrong settings or usage: trying again without changing something is useless.</summary>
    public const int WrongSettings = 2;

    /// <summary>What was stored is right, but it is not all: partial, held or cancelled.</summary>
    public const int Partial = 3;

    /// <summary>Another run of the account is active.</summary>
    public const int RunActive = 4;

    /// <summary>What each of them says, for people.</summary>
    public static IReadOnlyList<(int Code, Sentence Meaning)> Meanings { get; } =
    [
        (Succeeded, "succeeded"),
        (Failed, "failed"),
        (WrongSettings, "wrong settings or usage"),
        (Partial, "partial or held: what was stored is right, but it is not all"),
        (RunActive, "another run of the account is active"),
    ];

    // A script that syncs several accounts has to hear first of what a person must look at.
    private static readonly int[] WorstFirst = [WrongSettings, Failed, RunActive, Partial, Succeeded];

    /// <summary>The code of a closed run: one that failed by a wrong AppId or AppSecret will fail again until the settings are changed.</summary>
    public static int Of(SyncRun run) => run.SettingsAtFault ? WrongSettings : Of(run.Status);

    public static int Of(RunStatus status) => status switch
    {
        RunStatus.Succeeded => Succeeded,
        RunStatus.Partial or RunStatus.Held or RunStatus.Cancelled => Partial,
        _ => Failed,
    };

    /// <summary>The worst of several codes; <see cref="Succeeded"/> of none.</summary>
    public static int Worst(IEnumerable<int> codes) => codes.DefaultIfEmpty(Succeeded).MinBy(code => Array.IndexOf(WorstFirst, code));
}
