using FollowerSync.CommandLine;

namespace FollowerSync.Tests.CommandLine;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("1.02:20:05", "1 d 2 h", "26 h 20 min")]
    [InlineData("1.02:00:00", "1 d 2 h", "26 h")]
    [InlineData("1.02:00:05", "1 d 2 h", "26 h 5 s")]
    [InlineData("00:05:30", "5 min 30 s", "5 min")]
    [InlineData("00:00:00", "0 s", "0 s")]
    public void Is_told_in_two_units_or_in_hours_for_comparing(string duration, string inTwoUnits, string inHours)
    {
        TimeSpan told = TimeSpan.Parse(duration, System.Globalization.CultureInfo.InvariantCulture);

        DurationText.Of(told).ShouldBe(inTwoUnits);
        DurationText.InHours(told).ShouldBe(inHours);
    }
}
