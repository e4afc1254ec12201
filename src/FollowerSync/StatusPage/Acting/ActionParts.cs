using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.StatusPage.Acting;

/// <summary>What actions are done by.</summary>
internal sealed record ActionParts(RunApproval Approval, PauseStore Pauses, StartSync StartSync, TimeProvider Time);
