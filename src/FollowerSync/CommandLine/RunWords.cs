using FollowerSync.Languages;
using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>The words for what a run is; the English ones are those of the database.</summary>
internal static class RunWords
{
    public static Sentence Of(RunStatus status) => status switch
    {
        RunStatus.Running => (Sentence)"running",
        RunStatus.Succeeded => "succeeded",
        RunStatus.Partial => "partial",
        RunStatus.Held => "held",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "cancelled",
        _ => "abandoned",
    };

    public static Sentence Of(SyncTrigger trigger) => trigger switch
    {
        SyncTrigger.Schedule => (Sentence)"schedule",
        SyncTrigger.Manual => "manual",
        SyncTrigger.Start => "start",
        _ => "event",
    };

    public static Sentence Of(SyncPhase phase) => phase switch
    {
        SyncPhase.Listing => (Sentence)"listing",
        SyncPhase.Confirming => "confirming",
        SyncPhase.Refreshing => "refreshing",
        _ => "closing",
    };
}
