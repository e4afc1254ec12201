using FollowerSync.Alerts.Texts;
using FollowerSync.Database;

namespace FollowerSync.Alerts;

/// <summary>Reads and writes <c>followersync.alert_messages</c>: what is to be told whom.</summary>
internal static class AlertOutbox
{
    private const string AddSql =
        """
        insert into followersync.alert_messages (channel, alert, subject, started_at, number, step, severity, facts, ended_at, created_at, due_at)
        values (@channel, @alert, @subject, @startedAt, @number, @step, @severity, @facts::jsonb, @endedAt, now(), now() + @delay)
        on conflict (channel, alert, subject, started_at, number) do nothing
        """;

    // A claim or a delay that seems to be for longer was stamped by a clock that has been set since. Each message has a delay of its own: of one alert, none goes
    // out while an earlier one has yet to, or people would hear of the end before the beginning.
    private const string Due =
        """
        m.channel = @channel and m.sent_at is null and m.failed_at is null and m.due_at not between now() and now() + interval '15 minutes'
        and (m.claimed_until is null or m.claimed_until not between now() and now() + interval '5 minutes')
        and not exists (
            select from followersync.alert_messages o
            where o.channel = m.channel and o.alert = m.alert and o.subject = m.subject and o.message_id < m.message_id and o.sent_at is null and o.failed_at is null
              and (o.due_at between now() and now() + interval '15 minutes' or o.claimed_until between now() and now() + interval '5 minutes'))
        """;

    private const string ClaimSql =
        $"""
        with due as (
            select m.message_id, m.claimed_until is not null as was_claimed from followersync.alert_messages m
            where {Due}
            order by m.message_id limit @count
            for update skip locked)
        update followersync.alert_messages m
        set claimed_until = now() + @claim, attempts = attempts + 1, uncertain = m.uncertain or due.was_claimed
        from due where m.message_id = due.message_id
        returning m.message_id, m.alert, m.step, m.severity, m.facts::text as facts_json, m.started_at, m.ended_at, m.uncertain
        """;

    private const string WaitingSql = $"select count(*) from followersync.alert_messages m where {Due}";

    private const string GiveUpSql =
        """
        with given_up as (
            update followersync.alert_messages set failed_at = now(), error = coalesce(error || '; ', '') || 'not delivered within a day'
            where channel = @channel and sent_at is null and failed_at is null and created_at < now() - interval '1 day' and claimed_until is null
            returning attempts)
        select case when max(attempts) > 0 then count(*)::int else 0 end from given_up
        """;

    private const string RefusedAnewSql =
        """
        update followersync.alert_messages m set failed_at = null, error = null, created_at = now(), due_at = now()
        where m.channel = @channel and m.failed_at is not null and m.step <> 'Resolved'
          and exists (select from followersync.alerts a where a.alert = m.alert and a.subject = m.subject and a.started_at = m.started_at and a.status = 'firing')
          and not exists (
              select from followersync.alert_messages n
              where n.channel = m.channel and n.alert = m.alert and n.subject = m.subject and n.started_at = m.started_at and n.number > m.number)
        """;

    private const string SettleSql =
        """
        update followersync.alert_messages
        set claimed_until = null, uncertain = uncertain or @uncertain, error = @error,
            sent_at = case when @outcome = 'Delivered' then now() end, failed_at = case when @outcome = 'Refused' then now() end
        where message_id = any(@ids)
        """;

    /// <summary>Puts a message into the outbox for a channel.</summary>
    public static Task AddAsync(Transaction tx, string channel, AlertRow row, AlertMessage message, int number, TimeSpan delay) => tx.ExecuteAsync(AddSql, new
    {
        channel,
        alert = row.Alert.ToString(),
        row.Subject,
        row.StartedAt,
        number,
        step = message.Step.ToString(),
        severity = message.Severity.ToString(),
        facts = message.Facts.ToJson(),
        message.EndedAt,
        delay,
    });

    /// <summary>Gives up what was not delivered within a day.</summary>
    /// <returns>How many messages the channel did not take in all that time; 0 when none was tried, as when no worker was there.</returns>
    public static Task<int> GiveUpAsync(Transaction tx, string channel) => tx.ReadAsync<int>(GiveUpSql, new { channel });

    /// <summary>How many messages could be sent now.</summary>
    public static Task<long> CountDueAsync(Transaction tx, string channel) => tx.ReadAsync<long>(WaitingSql, new { channel });

    /// <summary>Takes messages in hand, so that no other worker sends them meanwhile; in the order they came.</summary>
    public static async Task<IReadOnlyList<AlertMessage>> ClaimAsync(Transaction tx, string channel, int count, TimeSpan claim) =>
        [.. (await tx.ReadAllAsync<Row>(ClaimSql, new { channel, count, claim })).OrderBy(row => row.MessageId).Select(row => row.Message)];

    /// <summary>Notes what became of messages.</summary>
    public static Task SettleAsync(Transaction tx, long[] ids, Channels.Delivery delivery) => tx.ExecuteAsync(SettleSql, new
    {
        ids,
        uncertain = delivery.IsUncertain,
        error = delivery.IsDelivered ? null : delivery.What.ToString(),
        outcome = delivery.Outcome.ToString(),
    });

    /// <summary>What the channel refused of alerts that go on is tried again: its settings were changed.</summary>
    public static Task RefusedAnewAsync(Transaction tx, string channel) => tx.ExecuteAsync(RefusedAnewSql, new { channel });

    public static Task DeleteOldAsync(Transaction tx) => tx.ExecuteAsync("delete from followersync.alert_messages where created_at < now() - interval '30 days'");

    private sealed record Row
    {
        public long MessageId { get; init; }

        public AlertKind Alert { get; init; }

        public AlertStep Step { get; init; }

        public AlertSeverity Severity { get; init; }

        public string FactsJson { get; init; } = "{}";

        public DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public bool Uncertain { get; init; }

        public AlertMessage Message => new(Alert, Step, Severity, AlertFacts.OfJson(FactsJson), StartedAt, EndedAt) { Number = MessageId, IsUncertain = Uncertain };
    }
}
