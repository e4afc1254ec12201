namespace FollowerSync.Emulator.Faults;

/// <summary>Which calls go wrong, and how. All conditions that are set must hold.</summary>
public sealed record FaultRule
{
    /// <summary>What goes wrong.</summary>
    public required FaultKind Fault { get; init; }

    /// <summary>Only calls of this path, for example <c>/cgi-bin/user/get</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Only calls of this account.</summary>
    public string? AppId { get; init; }

    /// <summary>Only calls with this page of a list; 1 is the page asked for without a cursor.</summary>
    public int? Page { get; init; }

    /// <summary>Only calls that carry this openid. Faults of entries then strike this person alone.</summary>
    public string? OpenId { get; init; }

    /// <summary>Only the n-th call of those that the conditions above let through; 1 is the first.</summary>
    public int? Call { get; init; }

    /// <summary>Only every k-th of those calls.</summary>
    public int? Every { get; init; }

    /// <summary>Not before this one of those calls.</summary>
    public int? From { get; init; }

    /// <summary>Not after this one of those calls.</summary>
    public int? To { get; init; }

    /// <summary>Only with this probability, 0 to 1; drawn from the seed, so a repeated test sees the same.</summary>
    public double? Probability { get; init; }

    /// <summary>At most so often.</summary>
    public int? Times { get; init; }

    /// <summary>For <see cref="FaultKind.ErrCode"/>.</summary>
    public int? ErrCode { get; init; }

    /// <summary>For <see cref="FaultKind.ErrCode"/>; the rid is added.</summary>
    public string? ErrMsg { get; init; }

    /// <summary>For <see cref="FaultKind.Delay"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The HTTP status of <see cref="FaultKind.Html"/>, <see cref="FaultKind.Status"/> and <see cref="FaultKind.FastReject"/>.</summary>
    public int? Status { get; init; }

    /// <summary>For <see cref="FaultKind.CutBody"/>: announce the whole length and cut the connection.</summary>
    public bool FullLength { get; init; }

    /// <summary>For <see cref="FaultKind.LyingEncoding"/>.</summary>
    public string? Encoding { get; init; }

    /// <summary>For <see cref="FaultKind.ContentType"/>.</summary>
    public string? ContentType { get; init; }

    /// <summary>How many: openids, entries or people, as the fault says.</summary>
    public int? Count { get; init; }

    /// <summary>For faults of entries: how many of a hundred people they strike, always the same ones; all without it.</summary>
    public double? Percent { get; init; }

    /// <summary>For <see cref="FaultKind.HostileText"/>: which kind; without it every person gets one by hash.</summary>
    public HostileText? Text { get; init; }

    /// <summary>For <see cref="FaultKind.MissingKeys"/>; without it the personal data that WeChat no longer gives.</summary>
    public IReadOnlyList<string> Keys { get; init; } = ["nickname", "sex", "language", "city", "province", "country", "headimgurl"];
}
