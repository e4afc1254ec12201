using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Scheduling;

/// <summary>A time zone this machine knows.</summary>
internal sealed class TimeZoneAttribute : SettingRuleAttribute
{
    // Every copy of the zones has the one that our default names.
    private const string Known = "Asia/Shanghai";

    public override Sentence? Broken(object? value) =>
        value is string { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _) ? null
        : TimeZoneInfo.TryFindSystemTimeZoneById(Known, out _) ? (Sentence)$"must be a time zone this machine knows, such as {Known} or UTC"
        : "must be a time zone, but this machine has no data of any. Install them (apt-get install tzdata, apk add tzdata), or set UTC and a cron expression in UTC";
}
