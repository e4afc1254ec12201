using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;

namespace FollowerSync.Systemd;

/// <summary>What systemd is told about this process when it asks (Type=notify): that it is up, what it does, that it lives, that it ends. Says nothing anywhere else.</summary>
/// <param name="notifier">The way to systemd.</param>
/// <param name="watchdog">How long this process may stay silent; null = for ever.</param>
internal sealed class ServiceNotices(ISystemdNotifier notifier, TimeSpan? watchdog)
{
    private static readonly TimeSpan WithoutWatchdog = TimeSpan.FromSeconds(10);

    // One sign may come late, or get lost.
    private const int SignsInTime = 3;

    public bool IsHeard => notifier.IsEnabled;

    /// <summary>How often to say what it does.</summary>
    public TimeSpan Interval => watchdog is { } silence && silence / SignsInTime < WithoutWatchdog ? silence / SignsInTime : WithoutWatchdog;

    public static ServiceNotices OfEnvironment() =>
        new(new SystemdNotifier(), WatchdogOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")));

    /// <summary>How long this process may stay silent, of what systemd put into the environment; null where it watches nobody, or another process.</summary>
    public static TimeSpan? WatchdogOf(string? microseconds, string? process) =>
        long.TryParse(microseconds, CultureInfo.InvariantCulture, out long silence) && silence > 0
        && (string.IsNullOrEmpty(process) || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(silence)
            : null;

    /// <summary>It is not up yet, or does not do its work.</summary>
    public void Tell(string what) => Send($"STATUS={what}");

    /// <summary>It is up, lives, and does this.</summary>
    public void Lives(string doing) => Send($"READY=1\nSTATUS={doing}{(watchdog is null ? "" : "\nWATCHDOG=1")}");

    public void Ends() => Send("STOPPING=1\nSTATUS=Stopping");

    private void Send(string state)
    {
        try
        {
            notifier.Notify(new ServiceState(state));
        }
        catch (SocketException)
        {
            // Who listened is gone: nobody is left to be told.
        }
    }
}
