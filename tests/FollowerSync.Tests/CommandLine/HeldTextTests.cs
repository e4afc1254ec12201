using FollowerSync.CommandLine;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using FollowerSync.Sync;

namespace FollowerSync.Tests.CommandLine;

public sealed class HeldTextTests
{
    [Fact]
    public void Tells_times_in_the_zone_of_the_schedule_and_every_text_begins_in_one_column()
    {
        DateTimeOffset since = new(2026, 1, 1, 20, 0, 0, TimeSpan.Zero);
        HeldChanges held = new(new HeldAmount(1, 1_234, 0), since, new HeldShares([new HeldShare("ADD_SCENE_SEARCH", 1_234)], [], [])) { CountedAt = since.AddHours(1) };

        string text = HeldText.Of(CommandLineRun.Run(CommandLineRun.First, RunStatus.Partial), held, new ZonedTime(new ScheduleOptions())).ToString();

        text.ShouldContain("Since 2026-01-02 04:00:00 +08:00.");
        text.ShouldContain("counted at 2026-01-02 05:00:00 +08:00;");
        text.ShouldContain("\n      1,234 ADD_SCENE_SEARCH");
        foreach (string begun in new[] { "      1,234 ", "One by one: ", "Release it: ", "Drop it:    " })
            begun.Length.ShouldBe(HeldText.TextColumn);
    }
}
