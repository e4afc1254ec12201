using FollowerSync.Settings;

namespace FollowerSync.Scheduling;

/// <summary>A time zone this machine knows.</summary>
internal sealed class TimeZoneAttribute : SettingRuleAttribute
{
    public override string? Broken(object? value) =>
        value is string { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)
            ? null
            : "must be a time zone this machine knows, such as Asia/Shanghai or UTC";
}
