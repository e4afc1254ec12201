using FollowerSync.Languages;

namespace FollowerSync.Alerts.Channels;

/// <summary>What became of a message.</summary>
/// <param name="Outcome">Whether it arrived, and if not what is to be done.</param>
/// <param name="What">What happened, in our words: fit to be stored.</param>
internal sealed record Delivery(DeliveryOutcome Outcome, Sentence What)
{
    /// <summary>What the other side said, masked, for the person who tries the channel; null = nothing.</summary>
    public string? Answer { get; init; }

    /// <summary>How long to leave it alone, when <see cref="DeliveryOutcome.TooFast"/>.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Whether the settings are at fault.</summary>
    public bool IsSetting { get; init; }

    /// <summary>Whether it may have arrived although nobody said so.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>Whether everybody gets it who should, when it is delivered.</summary>
    public bool IsForAll { get; init; } = true;

    public bool IsDelivered => Outcome == DeliveryOutcome.Delivered;

    public static Delivery Arrived(Sentence what) => new(DeliveryOutcome.Delivered, what);

    public static Delivery Passing(Sentence what, bool isUncertain = false) => new(DeliveryOutcome.Passing, what) { IsUncertain = isUncertain };

    public static Delivery TooFast(Sentence what, TimeSpan wait) => new(DeliveryOutcome.TooFast, what) { Wait = wait };

    public static Delivery Refused(Sentence what, bool isSetting = false) => new(DeliveryOutcome.Refused, what) { IsSetting = isSetting };
}

/// <summary>How a try to send ended.</summary>
internal enum DeliveryOutcome
{
    /// <summary>The other side said that it has the message.</summary>
    Delivered,

    /// <summary>It may work in a while: no answer, or one of the kind of HTTP 503.</summary>
    Passing,

    /// <summary>It was asked too often.</summary>
    TooFast,

    /// <summary>It will never take this message.</summary>
    Refused,
}
