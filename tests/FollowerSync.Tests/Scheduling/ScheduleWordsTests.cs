using FollowerSync.Languages;
using FollowerSync.Scheduling;

namespace FollowerSync.Tests.Scheduling;

/// <summary>A schedule as a person says it.</summary>
public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("0 30 3 * * ?", "every day at 03:30", "每天 03:30")]
    [InlineData("0 30 3 * * ? *", "every day at 03:30", "每天 03:30")]
    [InlineData("30 3 * * *", "every day at 03:30", "每天 03:30")]
    [InlineData("0 0 3,15 * * ?", "every day at 03:00 and 15:00", "每天 03:00、15:00")]
    [InlineData("0 0 * * * ?", "every hour at minute 0", "每小时第 0 分")]
    [InlineData("0 */10 * * * ?", "every 10 minutes", "每 10 分钟")]
    [InlineData("0 0/1 * * * ?", "every minute", "每分钟")]
    [InlineData("15 */6 * * *", "every 6 hours at minute 15", "每 6 小时，第 15 分")]
    [InlineData("0 0 4 ? * MON-FRI", "at 04:00 from Monday to Friday", "周一至周五 04:00")]
    [InlineData("0 0 4 ? * 1", "at 04:00 on Sunday", "周日 04:00")]
    [InlineData("0 4 * * 1", "at 04:00 on Monday", "周一 04:00")]
    [InlineData("0 4 * * 7", "at 04:00 on Sunday", "周日 04:00")]
    [InlineData("0 0 4 1 * ?", "at 04:00 on day 1 of every month", "每月 1 日 04:00")]
    [InlineData("*/30 * * * *", "every 30 minutes", "每 30 分钟")]
    [InlineData("0 8,20 * * 1,5", "at 08:00 and 20:00 on Monday and Friday", "周一、周五 08:00、20:00")]
    [InlineData("0 */15 * ? * SAT", "every 15 minutes on Saturday", "周六 每 15 分钟")]
    [InlineData("*/2 * * * * ?", "by the cron expression */2 * * * * ?", "按 cron 表达式 */2 * * * * ?")]
    [InlineData("0 0 4 L * ?", "by the cron expression 0 0 4 L * ?", "按 cron 表达式 0 0 4 L * ?")]
    [InlineData("0 0 4 ? 6 MON#2", "by the cron expression 0 0 4 ? 6 MON#2", "按 cron 表达式 0 0 4 ? 6 MON#2")]
    [InlineData("0 0 4 * * ? 2030", "by the cron expression 0 0 4 * * ? 2030", "按 cron 表达式 0 0 4 * * ? 2030")]
    public void Says_what_people_use_and_shows_the_rest_as_it_stands(string cron, string english, string chinese)
    {
        ScheduleWords.Of(cron).In(Language.English).ShouldBe(english);
        ScheduleWords.Of(cron).In(Language.Chinese).ShouldBe(chinese);
    }
}
