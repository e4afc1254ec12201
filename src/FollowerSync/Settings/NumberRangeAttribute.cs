using System.Globalization;

namespace FollowerSync.Settings;

/// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both allowed.</summary>
internal sealed class NumberRangeAttribute(double min, double max) : SettingRuleAttribute
{
    public override string? Broken(object? value)
    {
        double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number >= min && number <= max
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be from {min} to {max}");
    }
}
