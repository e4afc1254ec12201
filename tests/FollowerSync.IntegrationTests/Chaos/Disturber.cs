using FollowerSync.Emulator;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>Does to the processes of a run what was drawn for it.</summary>
internal sealed class Disturber(WeChatEmulator wechat, CrashingPostgres postgres, TruthHistory truth, ChaosSettings settings)
{
    private static readonly TimeSpan MomentDeadline = TimeSpan.FromSeconds(20);

    /// <summary>What is promised of a stop.</summary>
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan UnreadDeadline = TimeSpan.FromMinutes(2);

    // As machines go wrong: a virtual machine that slept, a dead battery, a wrong time zone, a correction by NTP.
    private static readonly TimeSpan[] Clocks =
    [
        TimeSpan.FromHours(8), TimeSpan.FromHours(-8), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(-3), TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(-11),
        TimeSpan.FromDays(60), TimeSpan.FromDays(-400), TimeSpan.Zero,
    ];

    /// <summary>Prepares the run and starts its worker.</summary>
    public async Task<WorkerProcess> StartAsync(ChaosStep step)
    {
        if (step.Disturbance == Disturbance.CrashBeforeTheRun)
        {
            await postgres.KillAsync();
            await postgres.StartServerAsync();
        }

        settings.SetClock(step.Disturbance == Disturbance.StepClock ? Clocks[step.ChurnSeed % Clocks.Length] : TimeSpan.Zero);
        return WorkerProcess.Start(settings.Of(inPeace: false, wrongClock: step.Disturbance == Disturbance.StepClock), reads: step.Disturbance != Disturbance.StallReader);
    }

    /// <summary>Disturbs the worker at the moment that was drawn for it.</summary>
    /// <returns>A second worker, if that was part of it.</returns>
    /// <exception cref="TimeoutException">The worker hangs.</exception>
    public async Task<WorkerProcess?> DisturbAsync(WorkerProcess worker, ChaosStep step)
    {
        switch (step.Disturbance)
        {
            case Disturbance.KillWorker:
                worker.Kill();
                break;
            case Disturbance.StopWorker:
                worker.Stop();
                break;
            case Disturbance.PauseWorkerAndLetAnotherTakeOver:
                return await TakeOverAsync(worker, step);
            case Disturbance.KillPostgres:
                await postgres.KillAsync();
                await postgres.StartServerAsync();
                break;
            case Disturbance.KillPostgresAndLeaveItDown:
                await postgres.KillAsync();
                await worker.WaitAsync();
                await postgres.StartServerAsync();
                break;
            case Disturbance.KillSession:
                await postgres.KillSessionAsync();
                break;
            case Disturbance.EndSessions:
                await postgres.EndSessionsAsync();
                break;
            case Disturbance.Churn:
                truth.Change(step.Churn);
                break;
            case Disturbance.FreezePostgres:
                postgres.Freeze();
                await Until.IsTrueAsync(() => worker.HasExited, TimeSpan.FromSeconds(1 + (step.ChurnSeed % 4)));
                postgres.Thaw();
                break;
            case Disturbance.StopWhilePostgresStandsStill:
                await StopWhilePostgresStandsStillAsync(worker);
                break;
            case Disturbance.StepClock:
                settings.SetClock(Clocks[step.ChurnSeed / Clocks.Length % Clocks.Length]);
                break;
            case Disturbance.StallReader:
                await EndUnreadAsync(worker);
                break;
            case Disturbance.RotateSecret:
                RotateSecret(step);
                break;
        }

        return null;
    }

    /// <summary>Waits until the worker has made so many calls; false when it ends before.</summary>
    public async Task<bool> ReachesAsync(WorkerProcess worker, int requests)
    {
        long start = wechat.Requests.Total;
        await Until.IsTrueAsync(() => worker.HasExited || wechat.Requests.Total - start >= requests, MomentDeadline);
        return !worker.HasExited;
    }

    /// <summary>The first worker stands still for longer than its lease lasts, a second one takes over, and in the middle of that the first wakes up.</summary>
    private async Task<WorkerProcess> TakeOverAsync(WorkerProcess first, ChaosStep step)
    {
        first.Pause();
        await ExpireLeaseAsync();
        WorkerProcess second = WorkerProcess.Start(settings.Of(inPeace: false, wrongClock: false));
        await ReachesAsync(second, step.ResumeAtRequest);
        first.Resume();
        return second;
    }

    // As if the time of the lease had passed. A transaction of the paused worker may hold the row until the server ends it.
    private async Task ExpireLeaseAsync()
    {
        await using NpgsqlConnection connection = await postgres.OpenAsync();
        await using NpgsqlCommand expire = new("update followersync.leases set expires_at = now() - interval '1 s'", connection);
        await expire.ExecuteNonQueryAsync();
    }

    private async Task StopWhilePostgresStandsStillAsync(WorkerProcess worker)
    {
        postgres.Freeze();
        try
        {
            worker.Stop();
            if (!await Until.IsTrueAsync(() => worker.HasExited, StopDeadline))
                throw new TimeoutException($"It runs {StopDeadline.TotalSeconds:0} s after it was told to stop, while PostgreSQL stands still.");
        }
        finally
        {
            postgres.Thaw();
        }
    }

    /// <summary>The run comes to its end while nobody reads; only what the worker shows afterwards waits for a reader.</summary>
    private async Task EndUnreadAsync(WorkerProcess worker)
    {
        using CancellationTokenSource deadline = new(UnreadDeadline);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (!worker.HasExited && await postgres.ReadAsync("select exists (select from wechat.sync_runs where status = 'running')") is true)
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"Its run has no end after {UnreadDeadline.TotalMinutes:0} minutes, while nobody reads what it writes.");
            await timer.WaitForNextTickAsync();
        }

        worker.Read();
    }

    // The file first: a worker that is refused finds the new secret there.
    private void RotateSecret(ChaosStep step)
    {
        string secret = new Random(step.ChurnSeed).GetHexString(32, lowercase: true);
        settings.WriteSecret(secret);
        wechat.Account.ResetSecret(secret);
        wechat.Account.Tokens.Invalidate();
    }
}
