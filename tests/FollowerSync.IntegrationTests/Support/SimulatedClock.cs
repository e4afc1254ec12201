using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A clock that the emulator and the sessions of one database share, and that a test moves on by hours and days.</summary>
/// <param name="stoppedAt">Where it stands still until it is moved on; null = it goes on by itself, from now.</param>
/// <remarks>In the database <c>pg_catalog</c> itself holds another <c>now()</c> and <c>clock_timestamp()</c>, since the program looks nowhere else: its statements stay as they are.</remarks>
internal sealed class SimulatedClock(DateTimeOffset? stoppedAt = null) : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => (stoppedAt ?? System.GetUtcNow()) + _ahead;

    /// <summary>Gives the database this clock, for all sessions opened from now on.</summary>
    public async Task InstallAsync(TestDatabase database)
    {
        string start = stoppedAt is { } moment ? FormattableString.Invariant($"'{moment:O}'") : "null";
        await database.ExecuteAsync(
            $"""
            create schema simulation;
            create table simulation.clock (stopped_at timestamptz, ahead interval not null);
            insert into simulation.clock values ({start}, '0');
            alter function pg_catalog.clock_timestamp() rename to machine_clock;
            create function pg_catalog.clock_timestamp() returns timestamptz language sql as 'select coalesce(stopped_at, pg_catalog.machine_clock()) + ahead from simulation.clock';
            alter function pg_catalog.now() rename to machine_now;
            create function pg_catalog.now() returns timestamptz language sql stable as 'select coalesce(stopped_at, pg_catalog.machine_now()) + ahead from simulation.clock';
            do $do$
            declare
                view oid;
                query text;
            begin
                -- A view keeps the now() it was created with, so it is created anew.
                for view in select oid from pg_class where relnamespace = 'wechat'::regnamespace and relkind = 'v' order by oid loop
                    query := format('create or replace view %s as %s', view::regclass, replace(pg_get_viewdef(view), 'machine_now()', 'now()'));
                    execute query;
                end loop;
            end $do$;
            """);
        database.DataSource.Clear();
    }

    public Task AdvanceAsync(TestDatabase database, TimeSpan by)
    {
        _ahead += by;
        return database.ExecuteAsync(SetAhead());
    }

    public Task MoveToAsync(TestDatabase database, DateTimeOffset moment) => AdvanceAsync(database, moment - GetUtcNow());

    /// <summary>Sets the clock of this machine alone forward.</summary>
    public void Advance(TimeSpan by) => _ahead += by;

    /// <summary>For whoever cannot wait, like a report of progress.</summary>
    public void Advance(TestDatabase database, TimeSpan by)
    {
        _ahead += by;
        using NpgsqlCommand command = database.DataSource.CreateCommand(SetAhead());
        command.ExecuteNonQuery();
    }

    private string SetAhead() => FormattableString.Invariant($"update simulation.clock set ahead = interval '{_ahead.TotalSeconds} seconds'");
}
