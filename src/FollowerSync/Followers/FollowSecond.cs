namespace FollowerSync.Followers;

/// <summary>What events say happened to a person within one second of WeChat's clock. Two messages of one kind are alike then, and count once.</summary>
/// <param name="At">The second.</param>
/// <param name="Follow">The scene of a follow; null = none.</param>
/// <param name="HasLeave">Whether the person left.</param>
internal sealed record FollowSecond(DateTimeOffset At, FollowScene? Follow, bool HasLeave)
{
    /// <summary>Whether the person left and nothing else.</summary>
    public bool IsLeaveOnly => HasLeave && Follow is null;

    /// <summary>The seconds of these events, in their order.</summary>
    public static List<FollowSecond> Of(IEnumerable<FollowEvent> events) => [..
        from e in events
        where e.Kind != FollowEventKind.Scan
        group e by e.HappenedAt.AddTicks(-(e.HappenedAt.Ticks % TimeSpan.TicksPerSecond)) into second
        orderby second.Key
        select new FollowSecond(second.Key, FollowOf(second), second.Any(e => e.Kind == FollowEventKind.Unsubscribe))];

    // Of two follows by different codes in one second, always the same one.
    private static FollowScene? FollowOf(IEnumerable<FollowEvent> events)
    {
        FollowEvent? follow = events.Where(e => e.Kind == FollowEventKind.Subscribe).MaxBy(e => e.Scene ?? "", StringComparer.Ordinal);
        return follow is null ? null : FollowScene.OfSubscribe(follow.Scene);
    }
}
