using FollowerSync.Alerts.Texts;
using FollowerSync.Database;

namespace FollowerSync.Alerts;

/// <summary>Reads and writes <c>followersync.alerts</c>.</summary>
internal static class AlertStore
{
    private const string ReadSql =
        """
        select alert, subject, severity, status = 'firing' as is_firing, started_at, resolved_at, last_told_at, told_count, facts::text as facts_json
        from followersync.alerts
        """;

    private const string BeginSql =
        """
        insert into followersync.alerts as a (alert, subject, severity, status, started_at, seen_at, last_told_at, told_count, facts)
        values (@alert, @subject, @severity, 'firing', now(), now(), now(), 1, @facts::jsonb)
        on conflict (alert, subject) do update
        set severity = excluded.severity, status = 'firing', started_at = excluded.started_at, seen_at = excluded.seen_at, resolved_at = null,
            last_told_at = excluded.last_told_at, told_count = excluded.told_count, facts = excluded.facts
        returning alert, subject, severity, true as is_firing, started_at, resolved_at, last_told_at, told_count, facts::text as facts_json
        """;

    private const string PassedSql =
        """
        insert into followersync.alerts as a (alert, subject, severity, status, started_at, seen_at, resolved_at, last_told_at, told_count, facts)
        values (@alert, '', 'Critical', 'resolved', now() - @lasted, now(), now(), now(), 1, '{}')
        on conflict (alert, subject) do update
        set started_at = excluded.started_at, seen_at = excluded.seen_at, resolved_at = excluded.resolved_at, last_told_at = excluded.last_told_at, told_count = 1
        where a.resolved_at < excluded.started_at
        returning alert, subject, severity, false as is_firing, started_at, resolved_at, last_told_at, told_count, facts::text as facts_json
        """;

    private const string SeenSql =
        """
        update followersync.alerts set seen_at = now()
        where status = 'firing' and subject = any(@subjects) and seen_at not between now() - interval '5 minutes' and now() + interval '1 minute'
        """;

    // What left the settings is nobody's to end.
    private const string ForgetSql =
        """
        update followersync.alerts set status = 'resolved', resolved_at = now() where status = 'firing' and seen_at < now() - interval '1 day' and subject <> all(@subjects);
        delete from followersync.alerts where resolved_at < now() - interval '90 days';
        """;

    /// <summary>Whoever judges, judges alone: two workers that look at once would both find something to tell. Other sessions read on.</summary>
    public static Task LockAsync(Transaction tx) => tx.ExecuteAsync("lock table followersync.alerts in share row exclusive mode");

    public static Task<List<AlertRow>> ReadAsync(Transaction tx) => tx.ReadAllAsync<AlertRow>(ReadSql);

    /// <summary>What is so now, most severe first.</summary>
    public static Task<List<AlertRow>> ReadFiringAsync(Transaction tx) =>
        tx.ReadAllAsync<AlertRow>($"{ReadSql} where status = 'firing' order by severity = 'Critical' desc, started_at, subject");

    /// <summary>An alert begins, and is told.</summary>
    public static Task<AlertRow> BeginAsync(Transaction tx, Finding finding) => tx.ReadAsync<AlertRow>(
        BeginSql, new { alert = finding.Kind.ToString(), subject = finding.Subject, severity = finding.Severity.ToString(), facts = finding.Facts.ToJson() });

    /// <summary>Something was wrong that could not be told while it was; null when another worker told it.</summary>
    public static Task<AlertRow?> PassedAsync(Transaction tx, AlertKind kind, TimeSpan lasted) => tx.ReadOrDefaultAsync<AlertRow>(PassedSql, new { alert = kind.ToString(), lasted });

    /// <summary>An alert that goes on: what is known of it now.</summary>
    public static Task KeepAsync(Transaction tx, AlertRow row, AlertFacts facts) => tx.ExecuteAsync(
        "update followersync.alerts set facts = @facts::jsonb where alert = @alert and subject = @subject", new { alert = row.Alert.ToString(), row.Subject, facts = facts.ToJson() });

    /// <summary>It is told again.</summary>
    public static Task TellAgainAsync(Transaction tx, AlertRow row) => tx.ExecuteAsync(
        "update followersync.alerts set last_told_at = now(), told_count = told_count + 1 where alert = @alert and subject = @subject", new { alert = row.Alert.ToString(), row.Subject });

    /// <summary>It ends, and that is told.</summary>
    public static Task EndAsync(Transaction tx, AlertRow row) => tx.ExecuteAsync(
        "update followersync.alerts set status = 'resolved', resolved_at = now(), last_told_at = now(), told_count = told_count + 1 where alert = @alert and subject = @subject",
        new { alert = row.Alert.ToString(), row.Subject });

    /// <summary>These were looked at; others are forgotten when nobody looks at them for a day.</summary>
    public static async Task SeenAsync(Transaction tx, string[] subjects)
    {
        await tx.ExecuteAsync(SeenSql, new { subjects });
        await tx.ExecuteAsync(ForgetSql, new { subjects });
    }
}
