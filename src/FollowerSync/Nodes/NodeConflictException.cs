using FollowerSync.Languages;

namespace FollowerSync.Nodes;

/// <summary>This worker would run beside others that do not share its schedule, so that every sync would start twice. It passes when that one has stopped.</summary>
internal sealed class NodeConflictException(OwnNode own, NodeState other)
    : SentenceException(
        $"This worker {Schedule(own.Cluster)}, but node {other.Node} on {other.Host}, which was heard of {other.SilentSeconds} s ago, {Schedule(other.Cluster)}: every sync would start twice. "
        + $"Stop that one first (it counts as gone when it has stopped, or been silent for a while), or set Cluster:Enabled and Cluster:Name alike. \"followersync nodes\" shows all.")
{
    private static Sentence Schedule(string? cluster) => cluster is null ? (Sentence)"keeps its schedule to itself (Cluster:Enabled is false)" : $"shares the schedule of cluster \"{cluster}\"";
}
