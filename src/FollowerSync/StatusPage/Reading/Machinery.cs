using FollowerSync.Nodes;

namespace FollowerSync.StatusPage.Reading;

/// <summary>How the machine room is.</summary>
internal sealed record Machinery
{
    public IReadOnlyList<NodeState> Nodes { get; init; } = [];

    public IReadOnlyList<ChannelState> Channels { get; init; } = [];

    /// <summary>Of the database server.</summary>
    public string Server { get; init; } = "";

    /// <summary>The newest migration applied.</summary>
    public string Schema { get; init; } = "";

    /// <summary>By how much this machine's clock is ahead of the database's.</summary>
    public TimeSpan ClockAhead { get; init; }

    public DateTimeOffset? NextRunAt => NodeState.NextRunOf(Nodes);
}

/// <summary>How a channel of alerts stands.</summary>
internal sealed record ChannelState
{
    public string Channel { get; init; } = "";

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public int Failures { get; init; }
}
