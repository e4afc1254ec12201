using FollowerSync.Accounts;

namespace FollowerSync.Sharing;

/// <summary>The accounts that wait for one mirror. Each mirror has its own line, so that one which hangs holds up no other; who is in the line is not put there twice.</summary>
internal sealed partial class MirrorLine(TokenMirror mirror, MirrorWriter writer, ILogger logger, CancellationToken stopping)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AccountOptions> _waiting = new(StringComparer.Ordinal);
    private Task _work = Task.CompletedTask;

    public TokenMirror Mirror => mirror;

    /// <summary>What is being done; ends when nobody waits.</summary>
    public Task Work
    {
        get
        {
            lock (_gate)
                return _work;
        }
    }

    /// <summary>Returns at once.</summary>
    public void Enter(IEnumerable<AccountOptions> accounts)
    {
        lock (_gate)
        {
            bool isIdle = _waiting.Count == 0 && _work.IsCompleted;
            foreach (AccountOptions account in accounts)
                _waiting[account.AppId] = account;
            if (isIdle && _waiting.Count > 0)
                _work = Task.Run(WorkAsync, CancellationToken.None);
        }
    }

    private async Task WorkAsync()
    {
        while (Take() is { Count: > 0 } accounts)
        {
            try
            {
                await writer.WriteAsync(mirror, accounts, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogBroken(exception, mirror.Name);
            }
        }
    }

    private List<AccountOptions> Take()
    {
        lock (_gate)
        {
            List<AccountOptions> accounts = [.. _waiting.Values];
            _waiting.Clear();
            if (accounts.Count == 0)
                _work = Task.CompletedTask;
            return accounts;
        }
    }

    [LoggerMessage(3301, LogLevel.Error, "Writing tokens to {Mirror} met a fault of the program; syncs go on without")]
    private partial void LogBroken(Exception exception, string mirror);
}
