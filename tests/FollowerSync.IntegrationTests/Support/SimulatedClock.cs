namespace FollowerSync.IntegrationTests.Support;

/// <summary>A clock that the emulator and the sessions of one database share, and that a test moves on by hours and days.</summary>
/// <remarks>In the database a schema in front of <c>pg_catalog</c> holds another <c>now()</c>: the program's statements stay as they are.</remarks>
internal sealed class SimulatedClock : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    /// <summary>Gives the database this clock, for all sessions opened from now on.</summary>
    public static async Task InstallAsync(TestDatabase database)
    {
        await database.ExecuteAsync(
            """
            create schema simulation;
            create table simulation.clock (ahead interval not null);
            insert into simulation.clock values ('0');
            create function simulation.now() returns timestamptz language sql stable as 'select pg_catalog.now() + ahead from simulation.clock';
            do $do$ begin execute format('alter database %I set search_path = simulation, pg_catalog', current_database()); end $do$;
            """);
        database.DataSource.Clear();
    }

    public Task AdvanceAsync(TestDatabase database, TimeSpan by)
    {
        _ahead += by;
        return database.ExecuteAsync(FormattableString.Invariant($"update simulation.clock set ahead = interval '{_ahead.TotalSeconds} seconds'"));
    }
}
