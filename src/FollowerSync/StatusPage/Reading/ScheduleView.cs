using FollowerSync.Languages;

namespace FollowerSync.StatusPage.Reading;

/// <summary>The schedule of this worker's settings.</summary>
/// <param name="Words">When it fires, as people say it.</param>
/// <param name="TimeZone">Where it is so late then, an IANA name.</param>
internal sealed record ScheduleView(Sentence Words, string TimeZone);
