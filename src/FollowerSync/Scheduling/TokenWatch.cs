using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.Scheduling;

/// <summary>Keeps the tokens of all accounts fresh, also in the middle of a long sync: one look for all. Of several nodes that see a token end, one fetches the next.
/// What has to be left alone is left alone; after any other failure it waits longer and longer. It tells when the trouble begins, when it becomes another, and when it is over.</summary>
internal sealed partial class TokenWatch(
    FindDueTokens findDue, RefreshTokenIfDue refresh, TokenTroubles troubles, IOptions<WeChatOptions> options, TimeProvider time, ILogger<TokenWatch> logger) : BackgroundService
{
    /// <summary>Looking costs one query of a tiny table.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Accounts refreshed side by side; each takes a connection of the database while WeChat answers.</summary>
    private const int MostAtOnce = 8;

    private readonly AccountWorks _refreshes = new(MostAtOnce);
    private readonly RefreshPauses _pauses = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            do
                await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await _refreshes.EndAsync();
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        AccountOptions[] idle = [.. options.Value.Accounts.Where(account => !_refreshes.IsBusy(account) && !_pauses.IsPaused(account.AppId))];
        if (idle.Length == 0)
            return;

        try
        {
            AccountOptions[] due = [.. await findDue(idle, cancellationToken)];
            foreach (AccountOptions well in idle.Except(due))
                Clear(well);
            _refreshes.Begin(due, account => RefreshAsync(account, cancellationToken));
        }
#pragma warning disable CA1031 // The next look tries again; that the database is away is told where it is met.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotLooked(exception);
        }
#pragma warning restore CA1031
    }

    private async Task RefreshAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            await refresh(account, cancellationToken);
            Clear(account);
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
            _pauses.Lengthen(account.AppId);
            // That the database is away is told once for all who need it, where it is met.
            if (!DatabaseFailure.IsTransient(exception) && troubles.Begin(account.AppId, exception.GetType().Name))
                LogTrouble(account.DisplayName, exception.Message);
        }
#pragma warning disable CA1031 // Whatever it is, the other accounts need their tokens.
        catch (Exception exception)
        {
            LogBroken(exception, account.DisplayName, _pauses.Lengthen(account.AppId));
        }
#pragma warning restore CA1031
    }

    private void Clear(AccountOptions account)
    {
        _pauses.Clear(account.AppId);
        if (troubles.End(account.AppId))
            LogOver(account.DisplayName);
    }

    // What is remembered as a stop needs no pause: looking whether the stop is over costs no call, and another secret ends it at once.
    private void TellOfWeChat(AccountOptions account, WeChatApiException exception)
    {
        if (!exception.IsLeftAlone && !exception.AsksToBeLeftAlone)
            _pauses.Lengthen(account.AppId);
        string kind = string.Create(CultureInfo.InvariantCulture, $"{exception.Reaction} {exception.ErrorCode}");
        if (exception.IsLeftAlone ? troubles.BeginElsewhere(account.AppId) : troubles.Begin(account.AppId, kind))
            LogTrouble(account.DisplayName, exception.AsksToBeLeftAlone ? $"{exception.Message} {ApiStop.EndedBy(exception.Due.IsSetting, account.AppId)}" : exception.Message);
    }

    [LoggerMessage(3128, LogLevel.Debug, "Whether a token is about to end could not be found out; the next look follows")]
    private partial void LogNotLooked(Exception exception);

    [LoggerMessage(3129, LogLevel.Debug, "The token refresh of {Account} was stopped")]
    private partial void LogStopped(string account);

    [LoggerMessage(3130, LogLevel.Warning, "The token of {Account} cannot be renewed; it is tried again, and told when that works: {Reason}")]
    private partial void LogTrouble(string account, string reason);

    [LoggerMessage(3131, LogLevel.Information, "The token of {Account} is had again")]
    private partial void LogOver(string account);

    [LoggerMessage(3132, LogLevel.Error, "Renewing the token of {Account} met a fault of the program; the next attempt is in {Pause}")]
    private partial void LogBroken(Exception exception, string account, TimeSpan pause);
}
