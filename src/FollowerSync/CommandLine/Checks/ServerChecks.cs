using FollowerSync.Database;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Tests how the server is set up around the worker's tables: pooler, connections, timeouts of the login, replication slots. None of it stops a sync.</summary>
internal sealed class ServerChecks(CheckList list, FollowerDatabase database, DatabaseOptions options)
{
    private const string Pooler = "pooler";
    private const string Connections = "connections";
    private const string Timeouts = "timeouts of the login";
    private const string Slots = "replication slots";

    private readonly NpgsqlConnectionStringBuilder _target = new(database.DataSource.ConnectionString);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Tell(await PoolerProbe.FindAsync(database, cancellationToken));
        if (_target.MaxPoolSize < options.Connections)
            list.Warning(Connections, $"Maximum Pool Size of the connection string is {_target.MaxPoolSize}, and a worker of these settings uses up to {options.Connections}: who finds none free waits for {_target.Timeout} s and fails. Take it out, raise it, or lower Schedule:MaxConcurrentRuns.");
        Tell(await LoginTimeouts.ReadAsync(database, cancellationToken));
        Tell(await ReplicationSlots.ReadAsync(database, cancellationToken));
    }

    private void Tell(PoolerMode mode)
    {
        Sentence transaction = "one such as PgBouncer stands in between, in transaction mode: each transaction may get another session of the server.";
        if (mode == PoolerMode.Session)
            list.Ok(Pooler, "one such as PgBouncer stands in between, in session mode");
        else if (mode == PoolerMode.Transaction && _target.MaxAutoPrepare > 0)
            list.Warning(Pooler, $"{transaction} Statements that are prepared in one session are missing in the next: take Max Auto Prepare out of the connection string, unless PgBouncer is 1.21 or newer and max_prepared_statements is set there.");
        else if (mode == PoolerMode.Transaction)
            list.Ok(Pooler, $"{transaction} The worker needs nothing of a session.{(_target.NoResetOnClose ? Sentence.Empty : " No Reset On Close=true in the connection string spares a statement for each.")}");
    }

    private void Tell(LoginTimeouts timeouts)
    {
        string[] settings =
        [
            .. timeouts.IdleInTransaction == TimeSpan.Zero ? ["idle_in_transaction_session_timeout = '30s'"] : Array.Empty<string>(),
            .. timeouts.ByTcp && timeouts.Keepalive == TimeSpan.Zero && timeouts.UserTimeout == TimeSpan.Zero
                ? ["tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3"] : Array.Empty<string>(),
        ];
        if (settings.Length > 0)
        {
            list.Warning(
                Timeouts,
                $"the server has no {Sentence.Join(" and no ", settings.Select(NameOf).Where(name => name is not ("tcp_keepalives_interval" or "tcp_keepalives_count")).Select(Sentence.Foreign))} for {timeouts.Login}. "
                + $"The worker's transactions set limits of their own; but of a machine that vanishes the server may hear nothing for hours, and keeps its sessions and their locks. "
                + $"Run as that login, or as an administrator: {string.Join(' ', settings.Select(setting => $"alter role {timeouts.Login} set {setting};"))}");
        }
        else
        {
            list.Ok(Timeouts, "the server ends what stands still in a transaction");
        }

        if (timeouts.IdleSession > TimeSpan.Zero && timeouts.IdleSession < TimeSpan.FromSeconds(_target.ConnectionIdleLifetime))
            list.Warning(Timeouts, $"idle_session_timeout ({DurationText.Of(timeouts.IdleSession)}) is shorter than Connection Idle Lifetime of the connection string ({_target.ConnectionIdleLifetime} s): the worker meets connections that are gone, and has to repeat. Make it longer, or 0, or the other one shorter.");
        if (timeouts.WholeTransaction > TimeSpan.Zero)
            list.Warning(Timeouts, $"transaction_timeout ({DurationText.Of(timeouts.WholeTransaction)}) ends whatever takes longer, such as an export or an upgrade of the schema. Take it away: alter role {timeouts.Login} set transaction_timeout = 0;");
    }

    private void Tell(ReplicationSlots slots)
    {
        foreach (ReplicationSlot slot in slots.All.Where(slot => slot.Lost))
            list.Warning(Slots, $"{slot.Name} is lost: the server has thrown away what its reader needs. Drop it (select pg_drop_replication_slot('{slot.Name}');) and begin that copy anew.");
        foreach (ReplicationSlot slot in slots.All.Where(slot => slot is { Active: false, Lost: false }))
        {
            list.Warning(
                Slots,
                $"{slot.Name} has no reader now, and the server keeps {slot.Kept} of its log for it, {(slots.AreBounded ? (Sentence)"up to max_slot_wal_keep_size; then the slot is lost" : "without end: when the disk is full nothing is stored any more")}. "
                + $"Start its reader, or if nobody needs it: select pg_drop_replication_slot('{slot.Name}');");
        }

        if (slots.All.Count > 0 && !slots.AreBounded)
            list.Warning(Slots, "max_slot_wal_keep_size is not set: a reader that stays away fills the server's disk. Let an administrator run: alter system set max_slot_wal_keep_size = '10GB'; select pg_reload_conf();");
        else if (slots.All.All(slot => slot.Active))
            list.Ok(Slots, slots.All.Count == 0 ? (Sentence)"none" : $"{slots.All.Count}, each with its reader");
    }

    private static string NameOf(string setting) => setting.Split(' ')[0];
}
