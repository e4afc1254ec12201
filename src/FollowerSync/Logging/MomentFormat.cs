using System.Globalization;

namespace FollowerSync.Logging;

/// <summary>Writes moments in one time zone and one way, whatever zone they were reckoned in.</summary>
internal sealed class MomentFormat(TimeZoneInfo zone) : IFormatProvider, ICustomFormatter
{
    private const string Usual = "yyyy-MM-dd HH:mm:ss zzz";

    public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(formatType);

    public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
    {
        DateTimeOffset moment => TimeZoneInfo.ConvertTime(moment, zone).ToString(format ?? Usual, CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(format, CultureInfo.InvariantCulture),
        _ => arg?.ToString() ?? "",
    };
}
