using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Nodes;

/// <summary>In what the nodes that live are not alike.</summary>
internal static class NodeDifferences
{
    /// <summary>A sentence for each node that differs from this one; empty when all are alike.</summary>
    public static IReadOnlyList<Sentence> From(string version, string fingerprint, IEnumerable<NodeState> nodes) =>
        [.. nodes.Where(node => node.MayLive && !node.IsOwn).Select(node => Between(version, fingerprint, node, "this one")).OfType<Sentence>().OrderBy(difference => difference.ToString(), StringComparer.Ordinal)];

    /// <summary>A sentence for each node that differs from the one of its cluster that started first. Workers that share no schedule may well be unlike.</summary>
    public static IReadOnlyList<Sentence> Among(IEnumerable<NodeState> nodes) =>
        [.. nodes.Where(node => node.MayLive && node.Cluster is not null).OrderBy(node => node.StartedAt).GroupBy(node => node.Cluster, StringComparer.Ordinal).SelectMany(Among)];

    private static IEnumerable<Sentence> Among(IGrouping<string?, NodeState> cluster) =>
        cluster.Skip(1).Select(node => Between(cluster.First().Version, cluster.First().Fingerprint, node, Sentence.Foreign(cluster.First().Node))).OfType<Sentence>();

    private static Sentence? Between(string version, string fingerprint, NodeState node, Sentence other)
    {
        Sentence? newer = node.Version != version ? (Sentence)$"it is version {Short(node.Version)}, {other} is {Short(version)}" : null;
        Sentence? settings = node.Fingerprint != fingerprint ? (Sentence)$"its settings differ in {string.Join(", ", SettingsFingerprint.Differences(node.Fingerprint, fingerprint))}" : null;
        Sentence[] parts = [.. new[] { newer, settings }.OfType<Sentence>()];
        return parts.Length == 0 ? null : (Sentence)$"Node {node.Node} on {node.Host} is not like {other}: {Sentence.Join("; ", parts)}. Give all nodes the same version and settings.";
    }

    private static string Short(string version) => version.Split('+')[0];
}
