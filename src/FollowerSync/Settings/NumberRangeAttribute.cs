using System.Globalization;
using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both allowed.</summary>
internal sealed class NumberRangeAttribute(double min, double max) : SettingRuleAttribute
{
    public override Sentence? Broken(object? value)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number >= min && number <= max
            ? null
            : (Sentence)$"must be from {min} to {max}";
    }
}
