namespace FollowerSync.WeChat.Quota;

/// <summary>WeChat's days, which begin at midnight in Beijing.</summary>
internal static class BeijingDay
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The day it is in Beijing.</summary>
    public static DateOnly Of(DateTimeOffset moment) => DateOnly.FromDateTime(moment.ToOffset(Offset).DateTime);

    /// <summary>The next time it is so late in Beijing.</summary>
    public static DateTimeOffset Next(DateTimeOffset now, TimeSpan timeOfDay)
    {
        DateTimeOffset today = new(now.ToOffset(Offset).Date + timeOfDay, Offset);
        return (today > now ? today : today.AddDays(1)).ToUniversalTime();
    }
}
