using FollowerSync.Runs;
using FollowerSync.Status;

namespace FollowerSync.StatusPage.Reading;

/// <summary>What the page of a run shows.</summary>
/// <param name="Details">The run whole.</param>
/// <param name="Account">Its account.</param>
/// <param name="Scenes">Names of the ways to come.</param>
internal sealed record RunModel(RunDetails Details, AccountCard Account, IReadOnlyDictionary<string, SceneName> Scenes)
{
    public SyncRun Run => Details.View.Run;
}

/// <summary>A row of <c>wechat.scenes</c>.</summary>
internal sealed record SceneName(string Scene, string Zh, string En);
