using FollowerSync.Scheduling;

namespace FollowerSync.Tests.Scheduling;

/// <summary>A schedule as a person says it.</summary>
public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("0 30 3 * * ?", "every day at 03:30")]
    [InlineData("0 30 3 * * ? *", "every day at 03:30")]
    [InlineData("30 3 * * *", "every day at 03:30")]
    [InlineData("0 0 3,15 * * ?", "every day at 03:00 and 15:00")]
    [InlineData("0 0 * * * ?", "every hour at minute 0")]
    [InlineData("0 */10 * * * ?", "every 10 minutes")]
    [InlineData("0 0/1 * * * ?", "every minute")]
    [InlineData("15 */6 * * *", "every 6 hours at minute 15")]
    [InlineData("0 0 4 ? * MON-FRI", "at 04:00 from Monday to Friday")]
    [InlineData("0 0 4 ? * 1", "at 04:00 on Sunday")]
    [InlineData("0 4 * * 1", "at 04:00 on Monday")]
    [InlineData("0 4 * * 7", "at 04:00 on Sunday")]
    [InlineData("0 0 4 1 * ?", "at 04:00 on day 1 of every month")]
    [InlineData("*/2 * * * * ?", "by the cron expression */2 * * * * ?")]
    [InlineData("0 0 4 L * ?", "by the cron expression 0 0 4 L * ?")]
    [InlineData("0 0 4 ? 6 MON#2", "by the cron expression 0 0 4 ? 6 MON#2")]
    [InlineData("0 0 4 * * ? 2030", "by the cron expression 0 0 4 * * ? 2030")]
    public void Says_what_people_use_and_shows_the_rest_as_it_stands(string cron, string words) => ScheduleWords.Of(cron).ShouldBe(words);
}
