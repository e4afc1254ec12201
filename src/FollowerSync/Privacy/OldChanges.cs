using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Runs;
using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>Deletes, after a run, changes that were written longer ago than <see cref="PrivacyOptions.ChangeRetention"/>, of all accounts.</summary>
internal sealed partial class OldChanges(FollowerDatabase database, PrivacyDelay delay, IOptions<PrivacyOptions> options, ILogger<OldChanges> logger) : IAfterRun
{
    private const int BatchSize = 20_000;

    public string Name => "deleting old changes";

    /// <inheritdoc/>
    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        TimeSpan keep = options.Value.ChangeRetention;
        DateTimeOffset until = await delay.ReadUntilAsync(keep, cancellationToken);
        long all = 0;
        long gone;
        do
        {
            gone = await database.RunAsync(tx => ChangeFeed.PruneAsync(tx, until, keep, BatchSize), cancellationToken);
            all += gone;
        }
        while (gone == BatchSize);

        if (all > 0)
            LogDeleted(all, keep);
    }

    [LoggerMessage(2602, LogLevel.Information, "{Rows} rows of wechat.changes were deleted, written more than {Keep} ago")]
    private partial void LogDeleted(long rows, TimeSpan keep);
}
