using System.Globalization;

namespace FollowerSync.Alerts.Texts;

/// <summary>Moments in Beijing, as everybody who reads the messages has on the wall.</summary>
internal static class BeijingTime
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>To the minute.</summary>
    public static string Of(DateTimeOffset moment) => moment.ToOffset(Offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The day.</summary>
    public static string DayOf(DateTimeOffset moment) => moment.ToOffset(Offset).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
