using FollowerSync.Accounts;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Keeps the token of one account fresh, also in the middle of a long sync. After a failure it waits longer and longer.</summary>
[DisallowConcurrentExecution]
internal sealed partial class TokenRefreshJob(
    RefreshTokenIfDue refresh, RefreshPauses pauses, IOptions<WeChatOptions> options, ILogger<TokenRefreshJob> logger) : IJob
{
    /// <summary>Looking costs one query of a tiny table.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        AccountOptions account = AccountJobs.AccountOf(context, options.Value);
        if (pauses.IsPaused(account.AppId))
            return;

        try
        {
            await refresh(account, cancellationToken);
            pauses.Clear(account.AppId);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(account.DisplayName);
        }
        catch (Exception exception)
        {
            LogFailed(exception, account.DisplayName, pauses.Lengthen(account.AppId));
        }
    }

    [LoggerMessage(LogLevel.Debug, "The token refresh of {Account} was stopped")]
    private partial void LogStopped(string account);

    [LoggerMessage(LogLevel.Warning, "The token of {Account} could not be refreshed; the next attempt is in {Pause}")]
    private partial void LogFailed(Exception exception, string account, TimeSpan pause);
}
