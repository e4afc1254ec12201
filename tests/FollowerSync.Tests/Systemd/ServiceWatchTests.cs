using System.Globalization;
using FollowerSync.Systemd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Systemd;

public sealed class ServiceWatchTests : IDisposable
{
    private readonly ServiceManager _systemd = new();
    private readonly FakeTimeProvider _time = new();
    private string? _doing = "Syncing";

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task Systemd_hears_of_the_start_what_is_done_and_of_the_stop()
    {
        using IHost worker = Worker(_systemd.Notices());

        await worker.StartAsync();
        (await _systemd.HearAsync()).ShouldBe(["READY=1", "STATUS=Started"]);
        _time.Advance(TimeSpan.FromSeconds(10));
        (await _systemd.HearAsync()).ShouldBe(["READY=1", "STATUS=Syncing"]);
        await worker.StopAsync();

        (await _systemd.HearAsync()).ShouldBe(["STOPPING=1", "STATUS=Stopping"]);
    }

    [Fact]
    public async Task The_watchdog_hears_three_signs_in_its_time_and_none_without_a_pulse()
    {
        using IHost worker = Worker(_systemd.Notices(watchdog: TimeSpan.FromSeconds(6)));

        await worker.StartAsync();
        (await _systemd.HearAsync()).ShouldContain("WATCHDOG=1");
        _time.Advance(TimeSpan.FromSeconds(2));
        (await _systemd.HearAsync()).ShouldContain("WATCHDOG=1");
        _doing = null;
        _time.Advance(TimeSpan.FromSeconds(2));

        (await _systemd.HearAsync()).ShouldBe(["STATUS=The scheduler does not start what is due"]);
        await worker.StopAsync();
    }

    [Fact]
    public void A_systemd_that_is_gone_is_no_reason_to_end()
    {
        ServiceNotices notices = _systemd.Notices();
        _systemd.Leave();

        Should.NotThrow(() => notices.Lives("Syncing"));
    }

    [Fact]
    public async Task Without_systemd_nothing_is_said()
    {
        ServiceNotices notices = new(new SystemdNotifier(), watchdog: null);
        using IHost worker = Worker(notices, () => throw new InvalidOperationException("Nobody is to feel the pulse."));

        await worker.StartAsync();
        await worker.StopAsync();

        notices.IsHeard.ShouldBeFalse();
    }

    [Theory]
    [InlineData("60000000", "own", 60)]
    [InlineData("60000000", null, 60)]
    [InlineData("60000000", "1", null)]
    [InlineData("0", "own", null)]
    [InlineData("", "own", null)]
    [InlineData(null, null, null)]
    public void A_watchdog_is_one_that_watches_this_process(string? microseconds, string? process, int? seconds) =>
        ServiceNotices.WatchdogOf(microseconds, process == "own" ? Environment.ProcessId.ToString(CultureInfo.InvariantCulture) : process)
            .ShouldBe(seconds is { } silence ? TimeSpan.FromSeconds(silence) : null);

    private IHost Worker(ServiceNotices notices, Func<string?>? pulse = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<FeelPulse>(_ => Task.FromResult(pulse is null ? _doing : pulse()));
        builder.Services.AddSingleton(notices);
        builder.Services.AddHostedService<ServiceWatch>();
        return builder.Build();
    }
}
