using FollowerSync.Settings;

namespace FollowerSync.Nodes;

/// <summary>Section <c>Cluster</c>: several workers on one database, which share the work and take over from each other.</summary>
internal sealed class ClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>Whether this worker shares its schedule with others on the same database. Default false: it keeps its schedule to itself.</summary>
    public bool Enabled { get; set; }

    /// <summary>Name of the cluster, the same on every node. Default <c>followersync</c>.</summary>
    [NotEmpty]
    public string Name { get; set; } = "followersync";

    /// <summary>Name of this node, for people. Empty (default) = the variable <c>POD_NAME</c>, else the machine with the process's number and start.</summary>
    [OfOneNode]
    public string Node { get; set; } = "";

    /// <summary>How often a node shows that it lives. Default 5 s, range 1 s to 1 min.</summary>
    [DurationRange("00:00:01", "00:01:00")]
    public TimeSpan CheckIn { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How much longer than that a node may be silent before the others take up its runs: longer than the worst pause of a machine. Default 15 s, range 2 s to 10 min.</summary>
    [DurationRange("00:00:02", "00:10:00")]
    public TimeSpan Threshold { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a run that gives no sign of life keeps the right to write its account; nobody else writes it meanwhile. Default 30 s, range 3 s to 10 min.</summary>
    [DurationRange("00:00:03", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
}
