using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Keeps the token of one account fresh, also in the middle of a long sync. What has to be left alone is left alone; after any other failure it waits
/// longer and longer. It tells when the trouble begins, when it becomes another, and when it is over.</summary>
[DisallowConcurrentExecution]
internal sealed partial class TokenRefreshJob(
    RefreshTokenIfDue refresh, RefreshPauses pauses, TokenTroubles troubles, IOptions<WeChatOptions> options, ILogger<TokenRefreshJob> logger) : IJob
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
            if (troubles.End(account.AppId))
                LogOver(account.DisplayName);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(account.DisplayName);
        }
        catch (WeChatApiException exception)
        {
            TellOfWeChat(account, exception);
        }
        catch (DatabaseException exception)
        {
            pauses.Lengthen(account.AppId);
            // That the database is away is told once for all who need it, where it is met.
            if (!DatabaseFailure.IsTransient(exception) && troubles.Begin(account.AppId, exception.GetType().Name))
                LogTrouble(account.DisplayName, exception.Message);
        }
        catch (Exception exception)
        {
            LogBroken(exception, account.DisplayName, pauses.Lengthen(account.AppId));
        }
    }

    // What is remembered as a stop needs no pause: looking whether the stop is over costs no call, and another secret ends it at once.
    private void TellOfWeChat(AccountOptions account, WeChatApiException exception)
    {
        if (!exception.IsLeftAlone && !exception.AsksToBeLeftAlone)
            pauses.Lengthen(account.AppId);
        string kind = string.Create(CultureInfo.InvariantCulture, $"{exception.Reaction} {exception.ErrorCode}");
        if (exception.IsLeftAlone ? troubles.BeginElsewhere(account.AppId) : troubles.Begin(account.AppId, kind))
            LogTrouble(account.DisplayName, exception.AsksToBeLeftAlone ? $"{exception.Message} {ApiStop.EndedBy(exception.Due.IsSetting)}" : exception.Message);
    }

    [LoggerMessage(LogLevel.Debug, "The token refresh of {Account} was stopped")]
    private partial void LogStopped(string account);

    [LoggerMessage(LogLevel.Warning, "The token of {Account} cannot be renewed; it is tried again, and told when that works: {Reason}")]
    private partial void LogTrouble(string account, string reason);

    [LoggerMessage(LogLevel.Information, "The token of {Account} is had again")]
    private partial void LogOver(string account);

    [LoggerMessage(LogLevel.Error, "Renewing the token of {Account} met a fault of the program; the next attempt is in {Pause}")]
    private partial void LogBroken(Exception exception, string account, TimeSpan pause);
}
