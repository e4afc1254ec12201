using System.Security.Cryptography;
using System.Text;
using FollowerSync.Alerts.Channels;
using FollowerSync.Database;

namespace FollowerSync.Alerts;

/// <summary>Reads and writes <c>followersync.alert_channels</c>: how the channels stand, whichever worker sends.</summary>
internal static class ChannelStore
{
    private const int FingerprintLength = 12;

    private const string ReadSql = "select channel, failures, failing_since, error from followersync.alert_channels where channel = any(@channels)";

    private const string KnowSql =
        """
        insert into followersync.alert_channels as c (channel, settings) values (@channel, @settings)
        on conflict (channel) do update set settings = excluded.settings, blocked_until = null where c.settings <> excluded.settings
        """;

    // Who holds the row decides what the channel gets next; others come back later. Stamps that lie in the future were made by a clock that has been set since.
    private const string TakeSql =
        """
        select (select count(*) from unnest(posts) p where p > now() - interval '1 minute' and p <= now()) as posts_in_a_minute,
               summary_at is not null and summary_at > now() - interval '1 minute' and summary_at <= now() as has_summary,
               blocked_until is not null and blocked_until between now() and now() + interval '1 hour' as is_blocked
        from followersync.alert_channels where channel = @channel
        for update skip locked
        """;

    private const string PostSql =
        """
        update followersync.alert_channels
        set posts = array(select p from unnest(posts) p where p > now() - interval '2 minutes' and p <= now()) || array_fill(now(), array[@posts::int]),
            summary_at = case when @isSummary then now() else summary_at end
        where channel = @channel
        """;

    private const string SettleSql =
        """
        update followersync.alert_channels
        set delivered_at = case when @isDelivered then now() else delivered_at end,
            failures = case when @isDelivered then 0 else failures + @failed end,
            failing_since = case when @isDelivered then null when @failed > 0 then coalesce(failing_since, now()) else failing_since end,
            error = case when @isDelivered then null else @error end,
            blocked_until = case when @isDelivered then null
                when @wait::interval is not null then now() + @wait::interval * (1 + random() * 0.2)
                when @backsOff then now() + least(interval '30 seconds' * power(2, least(failures, 6)), interval '30 minutes') * (0.8 + random() * 0.4) end
        where channel = @channel
        """;

    private const string LoseSql =
        """
        update followersync.alert_channels
        set failures = failures + @messages, failing_since = coalesce(failing_since, now()), error = coalesce(error, 'not delivered within a day')
        where channel = @channel
        """;

    /// <summary>How these channels stand.</summary>
    public static Task<List<ChannelRow>> ReadAsync(Transaction tx, string[] channels) => tx.ReadAllAsync<ChannelRow>(ReadSql, new { channels });

    /// <summary>Makes the channel known, with the settings it has now.</summary>
    /// <returns>Whether they are others than before.</returns>
    public static async Task<bool> KnowAsync(Transaction tx, AlertChannelOptions channel) =>
        await tx.ExecuteAsync(KnowSql, new { channel = channel.DisplayName, settings = FingerprintOf(channel) }) > 0;

    /// <summary>The channel for as long as the transaction lasts; null when another worker has it.</summary>
    public static Task<ChannelTurn?> TakeAsync(Transaction tx, string channel) => tx.ReadOrDefaultAsync<ChannelTurn>(TakeSql, new { channel });

    /// <summary>Notes that so many messages are sent now.</summary>
    public static Task PostAsync(Transaction tx, string channel, int posts, bool isSummary) => tx.ExecuteAsync(PostSql, new { channel, posts, isSummary });

    /// <summary>Notes how the last message fared.</summary>
    public static Task SettleAsync(Transaction tx, string channel, Delivery delivery) => tx.ExecuteAsync(SettleSql, new
    {
        channel,
        isDelivered = delivery.IsDelivered,
        failed = delivery.Outcome is DeliveryOutcome.Passing or DeliveryOutcome.Refused ? 1 : 0,
        error = delivery.What.ToString(),
        wait = delivery.Outcome == DeliveryOutcome.TooFast ? delivery.Wait : (TimeSpan?)null,
        backsOff = delivery.Outcome == DeliveryOutcome.Passing,
    });

    /// <summary>Notes that so many messages are lost, as it asked for patience until they were too old.</summary>
    public static Task LoseAsync(Transaction tx, string channel, int messages) => tx.ExecuteAsync(LoseSql, new { channel, messages });

    private static string FingerprintOf(AlertChannelOptions channel) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', channel.Kind, channel.Url, channel.Key, channel.Secret, channel.Password, channel.Security, channel.From, string.Join(',', channel.To)))))[..FingerprintLength];
}

/// <summary>How a channel stands.</summary>
internal sealed record ChannelRow
{
    public string Channel { get; init; } = "";

    /// <summary>Messages in a row that it did not take.</summary>
    public int Failures { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public string? Error { get; init; }
}

/// <summary>What a channel may get now.</summary>
internal sealed record ChannelTurn
{
    public long PostsInAMinute { get; init; }

    /// <summary>Whether several messages became one within the last minute.</summary>
    public bool HasSummary { get; init; }

    /// <summary>Whether it is to be left alone for a while.</summary>
    public bool IsBlocked { get; init; }
}
