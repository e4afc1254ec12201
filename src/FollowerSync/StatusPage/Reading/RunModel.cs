using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.StatusPage.Reading;

/// <summary>What the page of a run shows.</summary>
/// <param name="Run">The run.</param>
/// <param name="Account">Its account.</param>
/// <param name="Held">What can be approved or rejected; null when it holds nothing.</param>
internal sealed record RunModel(SyncRun Run, AccountCard Account, HeldChanges? Held)
{
    /// <summary>Names of the ways to come, of tags and of months, as the reader's language has them.</summary>
    public IReadOnlyDictionary<string, SceneName> Scenes { get; init; } = new Dictionary<string, SceneName>(StringComparer.Ordinal);
}

/// <summary>A row of <c>wechat.scenes</c>.</summary>
internal sealed record SceneName(string Scene, string Zh, string En);
