namespace FollowerSync.Systemd;

/// <summary>Keeps systemd informed from the start to the stop: what the worker does, and that it lives as long as its pulse is felt. Where the pulse stops, or the process
/// has no thread left for feeling it, systemd hears nothing more and starts the service anew (WatchdogSec).</summary>
internal sealed class ServiceWatch(ServiceNotices notices, FeelPulse pulse, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private const string Stands = "The scheduler does not start what is due";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!notices.IsHeard)
            return;

        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(ending.Token);
            await TellAsync(ending.Token);
        }
        finally
        {
            notices.Ends();
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        // The pulse is not felt at once: the scheduler starts when all else has.
        using PeriodicTimer timer = new(notices.Interval, time);
        notices.Lives("Started");
        while (await timer.WaitForNextTickAsync(cancellationToken))
            if (await pulse(cancellationToken) is { } doing)
                notices.Lives(doing);
            else
                notices.Tell(Stands);
    }
}
