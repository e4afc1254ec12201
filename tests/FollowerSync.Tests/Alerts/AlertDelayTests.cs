using FollowerSync.Alerts;
using FollowerSync.Alerts.Channels;

namespace FollowerSync.Tests.Alerts;

/// <summary>When a message is due: not at one moment everywhere, and for Feishu not in the crowded minutes of the hour and the half hour.</summary>
public sealed class AlertDelayTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    [Fact]
    public void For_Feishu_no_message_is_due_in_the_minute_of_the_hour_or_the_half_hour_and_none_waits_much_longer()
    {
        DateTimeOffset hour = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);
        for (int second = -120; second < 2_000; second += 7)
            for (double chance = 0; chance < 1; chance += 0.09)
            {
                DateTimeOffset now = hour.AddSeconds(second);
                TimeSpan delay = AlertTelling.DelayOf(ChannelKind.Feishu, Longest, chance, now);

                (now + delay).Minute.ShouldNotBeOneOf(0, 30);
                delay.ShouldBeInRange(Longest * chance, (Longest * chance) + TimeSpan.FromSeconds(90));
            }
    }

    [Theory]
    [InlineData("WeCom", 90, 0.5, 45)]
    [InlineData("DingTalk", 90, 0, 0)]
    [InlineData("Feishu", 0, 0.5, 0)]
    public void Others_wait_by_chance_alone_and_with_no_delay_nobody_waits(string kind, int longest, double chance, int seconds) =>
        AlertTelling.DelayOf(Enum.Parse<ChannelKind>(kind), TimeSpan.FromSeconds(longest), chance, new DateTimeOffset(2026, 11, 27, 8, 0, 0, TimeSpan.Zero)).ShouldBe(TimeSpan.FromSeconds(seconds));
}
