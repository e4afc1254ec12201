using FollowerSync.Accounts;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.Options;

namespace FollowerSync.Scheduling;

/// <summary>Looks every two seconds whether anybody has arrived, and drains the accounts where somebody has; a run that has the account drains it itself. An account
/// that cannot be drained is left alone for a while, longer each time, and told of once.</summary>
internal sealed partial class ArrivalWatch(
    FindDueArrivals findDue, DrainArrivals drain, IOptions<WeChatOptions> options, TimeProvider time, ILogger<ArrivalWatch> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Accounts drained side by side; each takes some connections of the database.</summary>
    private const int MostAtOnce = 8;

    private readonly AccountWorks _drains = new(MostAtOnce);
    private readonly RefreshPauses _pauses = new(time);
    private readonly TokenTroubles _troubles = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        finally
        {
            // Each closes its run within its own deadline.
            await _drains.EndAsync();
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        AccountOptions[] idle = [.. options.Value.Accounts.Where(account => !_drains.IsBusy(account) && !_pauses.IsPaused(account.AppId))];
        if (idle.Length == 0)
            return;

        try
        {
            HashSet<string> due = new(await findDue([.. idle.Select(account => account.AppId)], cancellationToken), StringComparer.Ordinal);
            _drains.Begin([.. idle.Where(account => due.Contains(account.AppId))], account => DrainAsync(account, cancellationToken));
        }
#pragma warning disable CA1031 // The next look tries again; that the database is away is told where it is met.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotLooked(exception);
        }
#pragma warning restore CA1031
    }

    /// <summary>Run after run, as long as somebody is due.</summary>
    private async Task DrainAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            while (await drain(account, cancellationToken) is { } run && IsWell(account, run) && (await findDue([account.AppId], cancellationToken)).Count > 0)
            {
                // A run ends after some seconds, so that others get a turn.
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(account.DisplayName);
        }
#pragma warning disable CA1031 // Whatever hinders it, the arrivals wait, and it is tried again.
        catch (Exception exception)
        {
            TimeSpan pause = _pauses.Lengthen(account.AppId);
            if (!PassingFailure.Is(exception) && _troubles.BeginElsewhere(account.AppId))
                LogTrouble(exception, account.DisplayName, pause, exception.Message);
        }
#pragma warning restore CA1031
    }

    private bool IsWell(AccountOptions account, SyncRun run)
    {
        switch (run.Status)
        {
            case RunStatus.Succeeded:
                _pauses.Clear(account.AppId);
                if (_troubles.End(account.AppId))
                    LogOver(account.DisplayName);
                return true;

            case RunStatus.Cancelled:
                return false;

            default:
                TimeSpan pause = _pauses.Lengthen(account.AppId);
                if (_troubles.BeginElsewhere(account.AppId))
                    LogTrouble(exception: null, account.DisplayName, pause, run.Error?.ToString() ?? "");
                return false;
        }
    }

    [LoggerMessage(3101, LogLevel.Debug, "Whether anybody has arrived could not be found out; the next look follows")]
    private partial void LogNotLooked(Exception exception);

    [LoggerMessage(3102, LogLevel.Debug, "The arrivals of {Account} wait: the worker stops")]
    private partial void LogStopped(string account);

    [LoggerMessage(3103, LogLevel.Warning, "The people who arrive at {Account} cannot be asked about. They wait, it is tried again after {Pause} and longer, and told when it works: {Reason}")]
    private partial void LogTrouble(Exception? exception, string account, TimeSpan pause, string reason);

    [LoggerMessage(3104, LogLevel.Information, "The people who arrive at {Account} are asked about again")]
    private partial void LogOver(string account);
}
