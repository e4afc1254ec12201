using FollowerSync.Followers;

namespace FollowerSync.Tests.Followers;

/// <summary>Events, answers and episodes of one person, in seconds of a made-up clock.</summary>
internal static class Told
{
    public static DateTimeOffset At(double second) => DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(second);

    public static FollowEvent Follow(int second, string? key = null) => Event(FollowEventKind.Subscribe, second, key);

    public static FollowEvent Leave(int second) => Event(FollowEventKind.Unsubscribe, second, key: null);

    public static FollowAnswer Follows(double? since = null) => new(Follows: true, since is { } second ? At(second) : null);

    public static FollowAnswer Gone() => new(Follows: false);

    public static FollowEpisode Since(double second) => new() { FollowedAt = At(second) };

    public static FollowEpisode Row(double? second) => new() { FollowedAt = second is { } s ? At(s) : null, IsRow = true };

    public static FollowEpisode Left(this FollowEpisode episode, double after, double before, string source = "answer") =>
        episode with { LeftAfter = At(after), LeftBefore = At(before), Source = source };

    public static FollowEpisode Left(this FollowEpisode episode, double at) => episode.Left(at, at, "event");

    public static FollowEpisode Past(this FollowEpisode episode, double endedAt) => episode with { EndedAt = At(endedAt), IsRow = false };

    /// <summary>The episodes as text: <c>10-20e 30-[40,50] 60-</c>; <c>e</c> for an exact leave.</summary>
    public static string Text(this IEnumerable<FollowEpisode> episodes) => string.Join(' ', episodes.Select(e =>
        $"{Second(e.FollowedAt)}-{(e.IsOpen ? "" : e.IsExact ? $"{Second(e.LeftBefore)}e" : $"[{Second(e.LeftAfter)},{Second(e.LeftBefore)}]{e.Source![0]}")}"));

    private static string Second(DateTimeOffset? moment) => moment is { } at ? FormattableString.Invariant($"{(at - At(0)).TotalSeconds:0.###}") : "?";

    private static FollowEvent Event(FollowEventKind kind, int second, string? key) =>
        new("o1", kind, At(second), key, System.Text.Encoding.UTF8.GetBytes($"{kind} {second} {key}"));
}
