using FollowerSync.Database;
using FollowerSync.WeChat.Calls;
using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>When a delay begins and whose is over. What is cleaned up cannot be brought back, so no clock that is wrong must do it: all clocks there are have to
/// agree, the database's, this machine's and WeChat's.</summary>
internal sealed class PrivacyDelay(FollowerDatabase database, WeChatTransport transport, IOptions<PrivacyOptions> options, TimeProvider time)
{
    // subscribe turns false only by proof, and unfollowed_before is when it was had. In these words the index followers_due fits.
    public const string IsDue = "f.app_id = @appId and not f.subscribe and f.anonymised_at is null and f.unfollowed_before <= ";

    // Clocks that agree within minutes are right enough, and WeChat's shows whole seconds only.
    private const string Until = "select least(now(), least(@machine, @weChat) + interval '10 minutes') - @delay";

    private const string DueUntilSql =
        $"""
        with due as materialized ({Until} as until)
        select until from due where exists (select 1 from wechat.followers f where {IsDue} (select until from due))
        """;

    /// <summary>The database's clock may be behind the other two by so much.</summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromHours(1);

    // A process that has heard nothing from WeChat lacks one of the clocks: nobody is due, and nothing is known to be behind.
    private DateTimeOffset WeChatTime => transport.WeChatTime ?? DateTimeOffset.UnixEpoch;

    /// <summary>Whether people can be marked as gone now: the delay begins when the database's clock says, and one that is behind has it over too early.</summary>
    /// <returns>Null when they can be; else why not.</returns>
    public async Task<ClockBehindException?> FindClockBehindAsync(Transaction tx)
    {
        DateTimeOffset shown = await DatabaseClock.ReadAsync(tx);
        DateTimeOffset machine = time.GetUtcNow();
        TimeSpan behind = (WeChatTime < machine ? WeChatTime : machine) - shown;
        return behind > MostBehind ? new ClockBehindException(behind) : null;
    }

    /// <summary>People gone by this time are due; null when nobody is. One look at an index that holds no more than those who are gone.</summary>
    public Task<DateTimeOffset?> ReadDueUntilAsync(string appId, CancellationToken cancellationToken)
    {
        object clocks = Clocks(appId, options.Value.Delay);
        return database.RunAsync(tx => tx.ReadOrDefaultAsync<DateTimeOffset?>(DueUntilSql, clocks), cancellationToken);
    }

    /// <summary>The time so long ago, by all clocks.</summary>
    public Task<DateTimeOffset> ReadUntilAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        object clocks = Clocks(appId: "", delay);
        return database.RunAsync(tx => tx.ReadAsync<DateTimeOffset>(Until, clocks), cancellationToken);
    }

    private object Clocks(string appId, TimeSpan delay) => new { appId, machine = time.GetUtcNow(), weChat = WeChatTime, delay };
}
