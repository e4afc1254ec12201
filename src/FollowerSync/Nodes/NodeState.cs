using System.Text.Json.Serialization;

namespace FollowerSync.Nodes;

/// <summary>A process of <c>run</c>, as the database knows it.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Cluster">Name of its cluster; null = it keeps its schedule to itself.</param>
/// <param name="Host">Name of its machine.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Fingerprint">What its settings come to, section by section.</param>
/// <param name="EgressAddress">Address that WeChat saw it call from when it refused it (40164); null = it never did.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="LastSeen">When it was last heard of.</param>
/// <param name="SilentSeconds">How long ago that is, by the database's clock.</param>
/// <param name="NextRunAt">When its schedule starts the next run.</param>
/// <param name="StoppedAt">When it was stopped in good order; null = it lives, or died.</param>
/// <param name="Alive">Whether it was heard of lately and has not stopped.</param>
/// <param name="Runs">AppIds of the accounts it writes now.</param>
internal sealed record NodeState(
    string Node, string? Cluster, string Host, string Version, string Fingerprint, string? EgressAddress, DateTimeOffset StartedAt, DateTimeOffset LastSeen, long SilentSeconds,
    DateTimeOffset? NextRunAt, DateTimeOffset? StoppedAt, bool Alive, IReadOnlyList<string> Runs)
{
    /// <summary>Whether it ended without a word.</summary>
    public bool Died => !Alive && StoppedAt is null;

    /// <summary>The machine, its boot and process namespace: as far as process numbers mean the same.</summary>
    [JsonIgnore]
    public string HostIdentity { get; init; } = "";

    /// <summary>Which process of <see cref="HostIdentity"/>.</summary>
    [JsonIgnore]
    public string Process { get; init; } = "";

    /// <summary>Whether it may still work. Of a process of this machine we know, whatever its row says.</summary>
    [JsonIgnore]
    public bool MayLive => Alive && (HostIdentity != ProcessIdentity.Host || ProcessIdentity.IsAlive(Process));

    /// <summary>Whether it is this process.</summary>
    [JsonIgnore]
    public bool IsOwn => HostIdentity == ProcessIdentity.Host && Process == ProcessIdentity.Current;

    /// <summary>When the schedule of those that live starts the next run; null = none lives.</summary>
    public static DateTimeOffset? NextRunOf(IEnumerable<NodeState> nodes) => nodes.Where(node => node.Alive).Min(node => node.NextRunAt);
}
