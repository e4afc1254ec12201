using System.Globalization;
using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>A duration from <paramref name="min"/> to <paramref name="max"/>, both allowed and both written as in the settings.</summary>
internal sealed class DurationRangeAttribute(string min, string max) : SettingRuleAttribute
{
    private readonly TimeSpan _min = TimeSpan.Parse(min, CultureInfo.InvariantCulture);
    private readonly TimeSpan _max = TimeSpan.Parse(max, CultureInfo.InvariantCulture);

    public override Sentence? Broken(object? value) =>
        value is TimeSpan duration && duration >= _min && duration <= _max ? null : (Sentence)$"must be from {min} to {max} (hh:mm:ss)";
}
