using System.Globalization;
using System.Text;
using FollowerSync.Import;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Import;

/// <summary>What an import stores.</summary>
public sealed class OpenIdImportTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string App = "wx00000000000000a1";

    public async Task InitializeAsync() => await database.ExecuteAsync("truncate followersync.arrivals, wechat.followers");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Everybody_new_waits_in_the_inbox_and_no_follower_is_made()
    {
        ImportTally tally = await ImportAsync([Person(1), Person(2)], source: "CRM 2021");

        (tally.Lines, tally.Accepted).ShouldBe((2, 2));
        (await database.ReadAsync<bool>(
            $"""
            select bool_and(app_id = '{App}' and kind = 'import' and source = 'import' and event_key = 'CRM 2021' and not trusted and state = 'waiting'
                   and attempts = 0 and not_before is null and length(fingerprint) = 32 and happened_at = received_at)
                   and array_agg(openid order by openid) = array['{Person(1)}', '{Person(2)}']
            from followersync.arrivals
            """)).ShouldBeTrue();
        (await database.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(0);
    }

    [Fact]
    public async Task Every_line_is_counted_once_whatever_becomes_of_it()
    {
        await database.ExecuteAsync(
            $"""
            insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at)
            values ('{App}', '{Person(1)}', true, now(), now()), ('{App}', '{Person(2)}', false, now(), now()), ('wx00000000000000a2', '{Person(3)}', true, now(), now())
            """);
        await ImportAsync([Person(4)]);

        ImportTally tally = await ImportAsync([Person(1), Person(2), Person(3), Person(4), Person(5), Person(5), Person(1), "wrong", "", Person(4)]);

        (tally.Lines, tally.Accepted, tally.AlreadyFollowers, tally.InInbox, tally.Duplicates, tally.Refused).ShouldBe((9, 3, 1, 1, 3, 1));
        (await database.ReadAsync<string[]>("select array_agg(openid order by openid) from followersync.arrivals")).ShouldBe([Person(2), Person(3), Person(4), Person(5)]);
    }

    [Fact]
    public async Task The_same_file_again_adds_nobody_and_the_same_people_of_another_account_do()
    {
        string[] people = [.. Enumerable.Range(0, 50).Select(Person)];
        await ImportAsync(people, source: "one");

        ImportTally again = await ImportAsync(people, source: "another");
        ImportTally other = await ImportAsync(people, app: "wx00000000000000a2");

        (again.Accepted, again.InInbox).ShouldBe((0, 50));
        other.Accepted.ShouldBe(50);
        (await database.ReadAsync<long>("select count(*) from followersync.arrivals")).ShouldBe(100);
    }

    [Fact]
    public async Task People_twice_in_a_file_far_apart_are_put_in_once_and_told_as_such()
    {
        string[] people = [.. Enumerable.Range(0, OpenIdImport.ChunkSize + 10).Select(Person)];

        ImportTally tally = await ImportAsync([.. people, .. people]);

        (tally.Lines, tally.Accepted, tally.Duplicates, tally.InInbox).ShouldBe((2L * people.Length, people.Length, people.Length, 0));
    }

    [Fact]
    public async Task An_import_that_was_broken_off_is_made_again_and_only_the_rest_is_new()
    {
        string[] people = [.. Enumerable.Range(0, (2 * OpenIdImport.ChunkSize) + 100).Select(Person)];
        using CancellationTokenSource stop = new();
        OpenIdImport import = new(database.Open());
        await Should.ThrowAsync<OperationCanceledException>(() => import.RunAsync(App, FileOf(people), null, new Stop(stop), stop.Token));

        ImportTally tally = await ImportAsync(people);

        (tally.InInbox, tally.Accepted).ShouldBe((OpenIdImport.ChunkSize, OpenIdImport.ChunkSize + 100));
    }

    [Fact]
    public async Task Statistics_taken_in_the_middle_of_another_import_do_not_last()
    {
        await using (NpgsqlConnection other = await database.DataSource.OpenConnectionAsync())
        {
            await using NpgsqlTransaction halfway = await other.BeginTransactionAsync();
            await using NpgsqlCommand insert = new(
                $"""
                insert into followersync.arrivals (app_id, fingerprint, openid, kind, happened_at, received_at, source, trusted)
                select '{App}', sha256(convert_to(i::text, 'UTF8')), 'oOther' || i, 'import', now(), now(), 'import', false from generate_series(1, 1000) i
                """,
                other,
                halfway);
            await insert.ExecuteNonQueryAsync();
            await database.ExecuteAsync("analyze followersync.arrivals");
            await halfway.CommitAsync();
        }

        (await PlannedRowsAsync()).ShouldBe(0);
        await ImportAsync([Person(1)]);
        (await PlannedRowsAsync()).ShouldBe(1_001);

        Task<long> PlannedRowsAsync() => database.ReadAsync<long>("select reltuples::bigint from pg_class where oid = 'followersync.arrivals'::regclass");
    }

    [Fact]
    public async Task Of_many_refused_lines_the_first_hundred_are_named_and_all_counted()
    {
        ImportTally tally = await ImportAsync([.. Enumerable.Range(0, 5_000).Select(i => $"no-{i}")]);

        tally.Refused.ShouldBe(5_000);
        tally.RefusedLines.Select(line => line.Line).ShouldBe(Enumerable.Range(1, 100).Select(i => (long)i));
        (await database.ReadAsync<long>("select count(*) from followersync.arrivals")).ShouldBe(0);
    }

    private static string Person(int number) => string.Create(CultureInfo.InvariantCulture, $"oImported{number:0000000000000000000}");

    private static MemoryStream FileOf(IEnumerable<string> lines) => new(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    private Task<ImportTally> ImportAsync(IEnumerable<string> lines, string? source = null, string app = App) =>
        new OpenIdImport(database.Open()).RunAsync(app, FileOf(lines), source, progress: null, default);

    /// <summary>Stops after the first part.</summary>
    private sealed class Stop(CancellationTokenSource stop) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => stop.Cancel();
    }
}
