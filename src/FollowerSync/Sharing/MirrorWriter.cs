using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Sharing;

/// <summary>Brings one mirror into step with what is stored, for one account after the other. Whatever goes wrong is kept and told once; nobody waits for it.</summary>
internal sealed partial class MirrorWriter(MirrorStore store, ILogger<MirrorWriter> logger)
{
    /// <summary>Writes the stored tokens of the accounts, as far as they are not there yet. When the cache is away for one, it is for all.</summary>
    public async Task WriteAsync(TokenMirror mirror, IReadOnlyList<AccountOptions> accounts, CancellationToken cancellationToken)
    {
        CacheException? away = null;
        foreach (AccountOptions account in accounts.Where(TokenMirror.Takes))
        {
            try
            {
                if (away is null)
                    await WriteOneAsync(mirror, account, cancellationToken);
                else
                    await store.FailsAsync(account, mirror, away.Text, cancellationToken);
            }
            catch (CacheException failure)
            {
                away = failure.IsOfThis ? null : failure;
                if (mirror.Fails(account, failure))
                    LogAway(mirror.Name, failure.Message);
                await KeepAsync(() => store.FailsAsync(account, mirror, failure.Text, cancellationToken));
            }
            catch (Exception exception) when (exception is DatabaseException or NpgsqlException)
            {
                // That the database is away is told where it is met by those who need it.
                LogLater(exception, mirror.Name);
                return;
            }
        }
    }

    /// <summary>Writes the stored token of an account, if there is one.</summary>
    /// <returns>How long the token works yet; null when there is none.</returns>
    /// <exception cref="CacheException">It could not be written.</exception>
    public async Task<TimeSpan?> WriteOneAsync(TokenMirror mirror, AccountOptions account, CancellationToken cancellationToken)
    {
        if (await store.ReadTokenAsync(account, cancellationToken) is not { } token)
        {
            mirror.Leaves(account);
            return null;
        }

        CacheWrite written = await mirror.WriteAsync(account, token, cancellationToken);
        if (written == CacheWrite.Written)
            LogWritten(account.DisplayName, mirror.Name);
        if (mirror.Works(account) is { } lasted)
            LogBack(mirror.Name, lasted);
        await store.WorksAsync(account, mirror, token.Generation, cancellationToken);
        return token.Left;
    }

    private async Task KeepAsync(Func<Task> keep)
    {
        try
        {
            await keep();
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException)
        {
            LogLater(exception, "the state of a mirror");
        }
    }

    [LoggerMessage(3302, LogLevel.Debug, "The token of {Account} was written to {Mirror}")]
    private partial void LogWritten(string account, string mirror);

    [LoggerMessage(3303, LogLevel.Warning, "Tokens cannot be written to {Mirror} for other programs: {Reason} Syncs go on; it is tried again every half minute")]
    private partial void LogAway(string mirror, string reason);

    [LoggerMessage(3304, LogLevel.Information, "Tokens can be written to {Mirror} again, after {Lasted}")]
    private partial void LogBack(string mirror, TimeSpan lasted);

    [LoggerMessage(3305, LogLevel.Debug, "{What} waits for the database")]
    private partial void LogLater(Exception exception, string what);
}
