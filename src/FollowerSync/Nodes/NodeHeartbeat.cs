using FollowerSync.Database;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Nodes;

/// <summary>Notes in the database that this worker lives, and at its end that it was stopped. Refuses to start beside workers with another schedule, and tells when nodes differ.</summary>
/// <param name="store">Takes the note.</param>
/// <param name="node">This process.</param>
/// <param name="beat">What to note, at the time of asking.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of what others should know.</param>
internal sealed partial class NodeHeartbeat(NodeStore store, OwnNode node, Func<NodeBeat> beat, TimeProvider time, ILogger<NodeHeartbeat> logger) : BackgroundService
{
    /// <summary>The stop of the worker has a deadline, and other things to do in it.</summary>
    private static readonly TimeSpan LastDeadline = TimeSpan.FromSeconds(2);

    private string _told = "";
    private string _conflict = "";

    /// <summary>The nodes, as of the last note.</summary>
    public IReadOnlyList<NodeState> Nodes { get; private set; } = [];

    private NodeState? Stranger => Nodes.FirstOrDefault(other => other.MayLive && !other.IsOwn && other.Cluster != node.Cluster);

    /// <exception cref="NodeConflictException">Another worker lives that does not share this one's schedule.</exception>
    /// <exception cref="DatabaseException">It cannot be found out: it would not be known either to a worker that starts next.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        NodeBeat first = beat();
        Nodes = await store.BeginAsync(node, first, cancellationToken);
        // Two that start at once may see each other, and both give way.
        if (Stranger is { } stranger)
        {
            await BeatAsync(stops: true, cancellationToken);
            throw new NodeConflictException(node, stranger);
        }

        TellDifferences(first);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using CancellationTokenSource deadline = new(LastDeadline, time);
        await BeatAsync(stops: true, deadline.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Three times before it counts as dead.
        using PeriodicTimer timer = new(beat().Silence / 3, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await BeatAsync(stops: false, stoppingToken);
    }

    // Others say that the database is away; a worker that cannot be noted works on.
    private async Task BeatAsync(bool stops, CancellationToken cancellationToken)
    {
        try
        {
            NodeBeat told = beat() with { Stops = stops };
            Nodes = await store.BeatAsync(node, told, cancellationToken);
            if (stops)
                return;
            TellConflict();
            TellDifferences(told);
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException or OperationCanceledException)
        {
            LogNotNoted(exception.Message);
        }
    }

    // One that stood still, or was cut off, while the other started.
    private void TellConflict()
    {
        NodeState? stranger = Stranger;
        string conflict = $"{stranger?.HostIdentity} {stranger?.Process}";
        if (stranger is not null && conflict != _conflict)
            LogConflict(new NodeConflictException(node, stranger).Text);
        _conflict = conflict;
    }

    private void TellDifferences(NodeBeat own)
    {
        IReadOnlyList<Sentence> differences = node.Cluster is null ? [] : NodeDifferences.From(own.Version, own.Fingerprint, Nodes);
        string all = string.Join('\n', differences);
        if (all == _told)
            return;
        _told = all;
        foreach (Sentence difference in differences)
            LogDiffers(difference);
        if (differences.Count == 0)
            LogAlike();
    }

    [LoggerMessage(2401, LogLevel.Debug, "It could not be noted in the database that this worker lives: {Reason}")]
    private partial void LogNotNoted(string reason);

    [LoggerMessage(2402, LogLevel.Error, "{Conflict}")]
    private partial void LogConflict(Sentence conflict);

    [LoggerMessage(2403, LogLevel.Warning, "{Difference}")]
    private partial void LogDiffers(Sentence difference);

    [LoggerMessage(2404, LogLevel.Information, "All nodes that live have the same version and settings again")]
    private partial void LogAlike();
}
