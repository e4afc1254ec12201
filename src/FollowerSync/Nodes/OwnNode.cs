using System.Globalization;

namespace FollowerSync.Nodes;

/// <summary>This process among those that work on the database.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Cluster">Name of the cluster it belongs to; null = it keeps its schedule to itself.</param>
/// <param name="Lease">How long its runs keep their account without a sign of life.</param>
internal sealed record OwnNode(string Name, string? Cluster, TimeSpan Lease)
{
    private const string PodName = "POD_NAME";

    /// <summary>What it is called when nobody has named it: the machine, and which of its processes.</summary>
    private static string Unnamed => string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{ProcessIdentity.Current}");

    /// <summary>Of this process, by its settings.</summary>
    public static OwnNode Of(ClusterOptions options) => new(
        options.Node.Length > 0 ? options.Node : Environment.GetEnvironmentVariable(PodName) is { Length: > 0 } pod ? pod : Unnamed,
        options.Enabled ? options.Name : null,
        options.Lease);
}
