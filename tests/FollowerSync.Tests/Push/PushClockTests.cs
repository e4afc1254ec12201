using System.Globalization;
using FollowerSync.Push;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Push;

public sealed class PushClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);

    [Theory]
    [InlineData(0, true)]
    [InlineData(600, true)]
    [InlineData(-600, true)]
    [InlineData(601, false)]
    [InlineData(-601, false)]
    public void Ten_minutes_either_way_are_now(int seconds, bool expected) => new PushClock(_time).IsNow(Text(Start.AddSeconds(seconds))).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("-1")]
    [InlineData("+1772323200")]
    [InlineData("1772323200.0")]
    [InlineData(" 1772323200")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999999")]
    [InlineData("１７７２３２３２００")]
    public void What_is_no_time_is_not_now(string timestamp) => new PushClock(_time).IsNow(timestamp).ShouldBeFalse();

    [Fact]
    public void A_machine_whose_clock_is_wrong_goes_by_the_database_and_that_one_goes_on()
    {
        PushClock clock = new(_time);
        DateTimeOffset truth = Start.AddHours(5);
        clock.IsNow(Text(truth)).ShouldBeFalse();

        clock.Learn(truth);
        _time.Advance(TimeSpan.FromMinutes(30));

        clock.IsNow(Text(truth.AddMinutes(30))).ShouldBeTrue();
        clock.IsNow(Text(truth)).ShouldBeFalse();
        clock.IsPossible(truth.AddMinutes(41)).ShouldBeFalse();
        clock.IsPossible(truth.AddMinutes(39)).ShouldBeTrue();
        clock.IsPossible(DateTimeOffset.UnixEpoch).ShouldBeTrue();
    }

    private static string Text(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
