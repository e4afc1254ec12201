using FollowerSync.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Scheduling;

public sealed class RefreshPausesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Every_failure_doubles_the_pause_up_to_five_minutes()
    {
        RefreshPauses pauses = new(_time);

        double[] seconds = [.. Enumerable.Range(0, 8).Select(_ => pauses.Lengthen("wx1").TotalSeconds)];

        seconds.ShouldBe([5, 10, 20, 40, 80, 160, 300, 300]);
    }

    [Fact]
    public void A_pause_ends_by_itself_and_concerns_one_account()
    {
        RefreshPauses pauses = new(_time);
        pauses.Lengthen("wx1");

        pauses.IsPaused("wx1").ShouldBeTrue();
        pauses.IsPaused("wx2").ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(5));
        pauses.IsPaused("wx1").ShouldBeFalse();
    }

    [Fact]
    public void Success_starts_over()
    {
        RefreshPauses pauses = new(_time);
        pauses.Lengthen("wx1");
        pauses.Lengthen("wx1");
        pauses.Clear("wx1");

        pauses.Lengthen("wx1").ShouldBe(TimeSpan.FromSeconds(5));
    }
}
