namespace FollowerSync.Arrivals;

/// <summary>A row of the inbox about a person who is asked about now.</summary>
internal sealed record WaitingArrival
{
    public long ArrivalId { get; init; }

    public string OpenId { get; init; } = "";

    /// <summary>One of <see cref="ArrivalKinds"/>, or another event of WeChat in lower case.</summary>
    public string Kind { get; init; } = "";

    public string? EventKey { get; init; }

    public DateTimeOffset HappenedAt { get; init; }

    /// <summary>Whether WeChat's signature covers the whole message.</summary>
    public bool Trusted { get; init; }

    public byte[] Fingerprint { get; init; } = [];

    /// <summary>How often asking about it failed.</summary>
    public int Attempts { get; init; }

    /// <summary>False = it is done, and tells how what waits came about.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Whether the person is stored as a follower, present or past.</summary>
    public bool IsStored { get; init; }
}
