using FollowerSync.Database.Schema;
using FollowerSync.Languages;
using FollowerSync.Nodes;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Compares what this program would run as with the workers that live.</summary>
internal sealed class NodeChecks(CheckList list, NodeStore nodes)
{
    private const string Name = "nodes";

    /// <param name="own">What a worker of these settings would be.</param>
    /// <param name="fingerprint">What these settings come to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task RunAsync(OwnNode own, string fingerprint, CancellationToken cancellationToken)
    {
        NodeState[] living = [.. (await nodes.ReadAsync(cancellationToken)).Where(node => node.MayLive)];
        NodeState[] strangers = [.. living.Where(node => node.Cluster != own.Cluster)];
        foreach (NodeState stranger in strangers)
            list.Warning(Name, new NodeConflictException(own, stranger).Text);
        IReadOnlyList<Sentence> differences = own.Cluster is null ? [] : NodeDifferences.From(ProgramVersion.Own, fingerprint, living.Except(strangers));
        foreach (Sentence difference in differences)
            list.Warning(Name, difference);
        if (strangers.Length == 0 && differences.Count == 0)
            list.Ok(Name, living.Length == 0 ? (Sentence)"no worker lives" : $"{living.Length} live: {string.Join(", ", living.Select(node => node.Node))}");
    }
}
