using System.CommandLine;
using FollowerSync.Database.Opening;
using FollowerSync.Languages;
using FollowerSync.Nodes;

namespace FollowerSync.CommandLine;

/// <summary><c>nodes</c>: the workers on the database, from the database alone.</summary>
internal sealed class NodesVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the nodes as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("nodes", context.Say("Shows the workers on this database, what each of them runs, and in what they differ."))
        {
            Examples = [("followersync nodes", "for people"), ("followersync nodes --json | jq '[.nodes[] | select(.alive)] | length'", "for monitoring: how many live")],
            Notes =
            [
                "Those of the last seven days. Lines that begin with ! need a person.",
            ],
            Json = "{ differences: [ text ], nodes: [ { node, cluster, host, version, fingerprint, egress_address, started_at, last_seen, silent_seconds,\n"
                + "  next_run_at, stopped_at, alive, runs: [ app_id ], died } ] }. egress_address is what WeChat has refused (40164).",
        };
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        IReadOnlyList<NodeState> nodes = await host.Services.GetRequiredService<NodeStore>().ReadAsync(cancellationToken);
        NodeReport report = new(NodeDifferences.Among(nodes), nodes);
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, report);
        else
            Write(report, new ZonedTime(ZonedTime.ScheduleOf(settings.Configuration)));
        return ExitCodes.Succeeded;
    }

    private void Write(NodeReport report, ZonedTime time)
    {
        foreach (Sentence difference in report.Differences)
            Tell(difference.With(text => "! " + text), hang: 2);
        if (report.Nodes.Count == 0)
            Tell("No worker has run on this database within a week.", hang: 0);
        foreach (NodeState node in report.Nodes)
        {
            Tell($"{node.Node}: {State(node, time)}", hang: 2);
            Tell($"  on {node.Host}, version {node.Version.Split('+')[0]}, {(node.Cluster is { } cluster ? (Sentence)$"cluster {cluster}" : "a schedule of its own")}, since {time.Of(node.StartedAt)}", hang: 4);
            if (node.Runs.Count > 0)
                Tell($"  runs {string.Join(", ", node.Runs)}", hang: 4);
            if (node.EgressAddress is { } address)
                Tell($"  WeChat has refused its address {address}: put it on the whitelist of every account", hang: 4);
        }
    }

    private static Sentence State(NodeState node, ZonedTime time) =>
        node.Alive ? $"lives, heard of {node.SilentSeconds} s ago"
        : node.StoppedAt is { } stopped ? (Sentence)$"stopped at {time.Of(stopped)}" : $"silent since {time.Of(node.LastSeen)}: it died, or does not reach the database";

    private void Tell(Sentence line, int hang) => context.Tell(context.Shown(line), hang);
}

/// <summary>What <c>nodes --json</c> writes.</summary>
/// <param name="Differences">In what those that live are not alike.</param>
/// <param name="Nodes">Living ones first.</param>
internal sealed record NodeReport(IReadOnlyList<Sentence> Differences, IReadOnlyList<NodeState> Nodes);
