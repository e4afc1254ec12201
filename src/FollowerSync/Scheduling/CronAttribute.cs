using FollowerSync.Languages;
using FollowerSync.Settings;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>A cron expression <see cref="CronText"/> can read and that will fire again.</summary>
internal sealed class CronAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) =>
        value is string text && CronText.TryParse(text, out CronExpression? cron) && cron.GetNextValidTimeAfter(TimeProvider.System.GetUtcNow()) is not null
            ? null
            : (Sentence)"must be a Quartz cron expression of six or seven fields (0 30 3 * * ?) or a Unix one of five (30 3 * * *) that fires some day";
}
