using FollowerSync.Settings;

namespace FollowerSync.Nodes;

/// <summary>In what the nodes that live are not alike.</summary>
internal static class NodeDifferences
{
    /// <summary>A sentence for each node that differs from this one; empty when all are alike.</summary>
    public static IReadOnlyList<string> From(string version, string fingerprint, IEnumerable<NodeState> nodes) =>
        [.. nodes.Where(node => node.MayLive && !node.IsOwn).Select(node => Between(version, fingerprint, node)).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>A sentence for each node that differs from the one that started first.</summary>
    public static IReadOnlyList<string> Among(IEnumerable<NodeState> nodes)
    {
        NodeState[] living = [.. nodes.Where(node => node.MayLive).OrderBy(node => node.StartedAt)];
        return living.Length < 2 ? [] : [.. living.Skip(1).Select(node => Between(living[0].Version, living[0].Fingerprint, node, living[0].Node)).OfType<string>()];
    }

    private static string? Between(string version, string fingerprint, NodeState node, string other = "this one")
    {
        string[] parts =
        [
            .. node.Version != version ? [$"it is version {Short(node.Version)}, {other} is {Short(version)}"] : Array.Empty<string>(),
            .. node.Fingerprint != fingerprint ? [$"its settings differ in {string.Join(", ", SettingsFingerprint.Differences(node.Fingerprint, fingerprint))}"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? null : $"Node {node.Node} on {node.Host} is not like {other}: {string.Join("; ", parts)}. Give all nodes the same version and settings.";
    }

    private static string Short(string version) => version.Split('+')[0];
}
