using FollowerSync.Accounts;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;

namespace FollowerSync.Tests.WeChat.Tokens;

public sealed class TokenLockTimesTests
{
    private static readonly TimeSpan AtMinuteLimit = TimeSpan.FromSeconds(62);
    private static readonly TimeSpan AtDeadApi = TimeSpan.FromSeconds(12);

    [Theory]
    [InlineData("00:00:30", "00:01:00", "00:00:30", 5)]
    [InlineData("00:05:00", "00:00:00", "00:10:00", 20)]
    [InlineData("00:00:01", "01:00:00", "00:00:00.010", 0)]
    [InlineData("00:05:00", "01:00:00", "00:10:00", 20)]
    public void A_fetch_that_takes_all_the_time_the_settings_give_it_keeps_its_lock_and_is_waited_for(string attempt, string replaceInterval, string retryDelay, int retries)
    {
        WeChatOptions weChat = new() { AttemptTimeout = Parsed(attempt), MaxRetryDelay = Parsed(retryDelay), Retries = retries };
        TokenLockTimes times = new(Options.Create(new TokenOptions { ReplaceInterval = Parsed(replaceInterval) }), Options.Create(weChat));
        TimeSpan beforeRepeat = weChat.MaxRetryDelay > AtMinuteLimit ? weChat.MaxRetryDelay : AtMinuteLimit;

        times.LongestPause.ShouldBeGreaterThan(weChat.AttemptTimeout + beforeRepeat);
        // All repeats are left out after the wait for one's turn, or all but the first after an attempt.
        times.LongestPause.ShouldBeGreaterThan(Parsed(replaceInterval) + (retries * AtDeadApi));
        times.LongestPause.ShouldBeGreaterThan(weChat.AttemptTimeout + beforeRepeat + ((retries - 1) * AtDeadApi));
        times.LongestHold.ShouldBeGreaterThan(Parsed(replaceInterval) + ((retries + 1) * weChat.AttemptTimeout) + (retries * beforeRepeat));
        times.LongestHold.TotalMilliseconds.ShouldBeLessThan(int.MaxValue, "PostgreSQL takes no longer limit");
    }

    private static TimeSpan Parsed(string time) => TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
