using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.CommandLine;
using FollowerSync.Runs;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.CommandLine;

public sealed class ProgressLinesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly ProgressLines _lines;

    public ProgressLinesTests()
    {
        _lines = new ProgressLines(_output, _time, [new AccountOptions { Name = "brand", AppId = "wx1" }]);
    }

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_line_tells_counts_pace_and_time_left()
    {
        Fetched(0);
        _time.Advance(TimeSpan.FromSeconds(20));
        Fetched(20_000);

        Written().ShouldBe(["brand: 1 %, profiles 0 of 100,000", "brand: 21 %, profiles 20,000 of 100,000, 1,000/s, 00:01:20 left"]);
    }

    [Fact]
    public void Small_and_quick_steps_are_not_written()
    {
        Fetched(0);
        Fetched(50_000);
        _time.Advance(TimeSpan.FromSeconds(30));
        Fetched(1_000);

        Written().ShouldHaveSingleItem();
    }

    [Fact]
    public void A_slow_run_is_heard_of_every_minute()
    {
        Fetched(0);
        _time.Advance(TimeSpan.FromMinutes(1));
        Fetched(60);

        Written()[1].ShouldStartWith("brand: 1 %, profiles 60 of 100,000, 1/s");
    }

    [Fact]
    public void A_new_phase_is_written_at_once()
    {
        _lines.Report(new SyncProgress("wx1", SyncPhase.Listing, 100_000, 50_000, 100_000, 0, 0, 5));
        Fetched(0);
        _lines.Report(new SyncProgress("wx1", SyncPhase.Closing, 100_000, 100_000, 100_000, 100_000, 100_000, 1_010));

        Written().ShouldBe(["brand: 0 %, listed 50,000 of 100,000, profiles 0 of about 100,000", "brand: 1 %, profiles 0 of 100,000", "brand: 99 %, closing, 100,000 merged"]);
    }

    [Fact]
    public void Nothing_is_said_of_a_total_before_it_is_known()
    {
        _lines.Report(new SyncProgress("wx1", SyncPhase.Listing, Total: 0, Listed: 0, Expected: 0, Fetched: 0, Merged: 0, ApiCalls: 0));
        _lines.Report(new SyncProgress("wx1", SyncPhase.Refreshing, Total: 100, Listed: 100, Expected: 0, Fetched: 0, Merged: 0, ApiCalls: 2));

        Written().ShouldBe(["brand: 0 %, asking for the list", "brand: 99 %, nobody to ask for"]);
    }

    [Theory]
    [InlineData(80, "brand, listed 50,000 of 100,000, profiles 0 of about 100,000")]
    [InlineData(40, "brand, profiles 0 of about 100,000")]
    [InlineData(10, "brand")]
    [InlineData(3, "brand")]
    public void A_bar_says_what_fits_beside_it(int width, string text) =>
        ProgressText.Fitting("brand", new SyncProgress("wx1", SyncPhase.Listing, 100_000, 50_000, 100_000, 0, 0, 5), default, width).ShouldBe(text);

    private void Fetched(long fetched) => _lines.Report(new SyncProgress("wx1", SyncPhase.Refreshing, 100_000, 100_000, 100_000, fetched, 0, 0));

    private string[] Written() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
