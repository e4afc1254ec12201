using System.Net;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Push;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>Success is answered for what is committed, and for nothing else.</summary>
public sealed class PushStoringTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static PushKeys Brand => PushKeys.Brand;

    public Task InitializeAsync() => database.ExecuteAsync("truncate followersync.arrivals");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_burst_is_stored_by_few_transactions_and_every_success_is_a_row()
    {
        await using PushScene scene = await PushScene.StartAsync(database.Open(), [Brand.Account]);
        SignedPush[] burst = [.. Enumerable.Range(0, 3_000).Select(number => SignedPush.Safe(Brand, SignedPush.Event($"oPerson_{number:000000}", "subscribe")))];

        (HttpStatusCode Status, string Text)[] answers = await Task.WhenAll(burst.Select(push => scene.PostAsync(Brand, push)));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK && answer.Text == "success");
        (await database.ReadAsync<long>("select count(*) from followersync.arrivals")).ShouldBe(3_000);
        (await database.ReadAsync<long>("select count(distinct xmin::text) from followersync.arrivals")).ShouldBeLessThan(1_000);
    }

    [Fact]
    public async Task What_is_not_stored_within_three_seconds_is_503_and_so_is_what_finds_the_queue_full()
    {
        await using FrozenTable frozen = await FrozenTable.LockAsync(database);
        PushScene scene = await PushScene.StartAsync(database.Open(), [Brand.Account], maxWaiting: 100);
        long start = TimeProvider.System.GetTimestamp();
        SignedPush[] burst = [.. Enumerable.Range(0, 240).Select(number => SignedPush.Safe(Brand, SignedPush.Event($"oPerson_{number:000000}", "subscribe")))];

        (HttpStatusCode Status, string Text)[] answers = await Task.WhenAll(burst.Select(push => scene.PostAsync(Brand, push)));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.ServiceUnavailable && answer.Text.Length == 0);
        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10), "all wait at once, and not as long as the database lets a statement wait");
        await scene.DisposeAsync();
        string told = string.Join('\n', scene.Counts.Lines);
        told.ShouldContain("while as many waited");
        told.ShouldContain("in time");
    }

    [Fact]
    public async Task A_row_that_the_database_refuses_takes_no_other_with_it()
    {
        RememberedLog<PushWriter> log = new();
        PushQueue queue = NewQueue(TimeProvider.System);
        using PushWriter writer = new(queue, database.Open(), TimeProvider.System, log);
        Task<PushOutcome>[] waiting = [.. Enumerable.Range(0, 100).Select(number => queue.StoreAsync(Any(number, number == 37 ? "\0" : number == 62 ? "\ud800" : null)))];

        await writer.StartAsync(default);
        PushOutcome[] outcomes = await Task.WhenAll(waiting);
        await writer.StopAsync(default);

        outcomes.Index().Where(one => one.Item != PushOutcome.Stored).Select(one => one.Index).ShouldBe([37, 62]);
        (await database.ReadAsync<long>("select count(*) from followersync.arrivals")).ShouldBe(98);
        log.Lines.Count.ShouldBe(1, "told once a minute");
    }

    [Fact]
    public async Task Why_the_database_takes_no_push_is_told_once_a_minute_whatever_the_reason()
    {
        await RefuseAsync();
        RememberedLog<PushWriter> log = new();
        PushQueue queue = NewQueue(TimeProvider.System);
        using PushWriter writer = new(queue, database.Open(), TimeProvider.System, log);
        await writer.StartAsync(default);

        for (int count = 0; count < 5; count++)
            (await queue.StoreAsync(Any(count, key: null))).ShouldBe(PushOutcome.NotStored);
        log.Lines.Single().ShouldContain("permission denied");
        await writer.StopAsync(default);
        await AcceptAsync();

        log.Lines.Count.ShouldBe(2);
        log.Lines[1].ShouldContain("Lost 5 ");
    }

    [Fact]
    public async Task What_the_database_does_not_take_for_the_moment_is_stored_once_it_does_as_much_as_may_wait_and_the_rest_is_told_within_a_minute()
    {
        await RefuseAsync();
        FakeTimeProvider time = new();
        RememberedLog<PushWriter> log = new();
        PushQueue queue = NewQueue(time, new ArrivalsOptions { MaxWaiting = 3 });
        using PushWriter writer = new(queue, database.Open(), time, log);
        await writer.StartAsync(default);
        for (int count = 0; count < 8; count++)
            (await queue.StoreAsync(Any(count, key: null))).ShouldBe(PushOutcome.NotStored);

        await AcceptAsync();
        time.Advance(TimeSpan.FromMinutes(1));

        await UntilStoredAsync(3, time);
        await log.LineAsync("Lost 4 ");
        log.Lines.Count(line => line.Contains("Lost 1 ", StringComparison.Ordinal)).ShouldBe(1, "the first at once");
        await writer.StopAsync(default);
        log.Lines.Count(line => line.Contains("Lost ", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task The_repetitions_of_a_push_that_is_kept_take_no_room_from_others()
    {
        await RefuseAsync();
        FakeTimeProvider time = new();
        RememberedLog<PushWriter> log = new();
        PushQueue queue = NewQueue(time, new ArrivalsOptions { MaxWaiting = 3 });
        using PushWriter writer = new(queue, database.Open(), time, log);
        await writer.StartAsync(default);
        foreach (int number in (int[])[1, 1, 1, 2, 3])
            (await queue.StoreAsync(Any(number, key: null))).ShouldBe(PushOutcome.NotStored);

        await AcceptAsync();

        await UntilStoredAsync(3, time);
        await writer.StopAsync(default);
        log.Lines.ShouldNotContain(line => line.Contains("Lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_at_a_stop_is_stored_and_what_comes_later_is_told_to_come_again()
    {
        PushQueue queue = NewQueue(new FakeTimeProvider());
        using PushWriter writer = new(queue, database.Open(), TimeProvider.System, NullLogger<PushWriter>.Instance);
        Task<PushOutcome>[] waiting = [.. Enumerable.Range(0, 2_500).Select(number => queue.StoreAsync(Any(number, key: null)))];

        await writer.StartAsync(default);
        await writer.StopAsync(default);

        (await queue.StoreAsync(Any(-1, key: null))).ShouldBe(PushOutcome.Full);
        (await Task.WhenAll(waiting)).ShouldAllBe(outcome => outcome == PushOutcome.Stored);
        (await database.ReadAsync<long>("select count(*) from followersync.arrivals")).ShouldBe(2_500);
    }

    [Fact]
    public async Task A_login_that_puts_commits_off_does_not_put_these_off()
    {
        await database.ExecuteAsync("do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$");
        await database.ExecuteAsync(
            """
            create table public.seen (setting text);
            create function public.look() returns trigger language plpgsql as $$ begin insert into public.seen values (pg_catalog.current_setting('synchronous_commit')); return null; end $$;
            create trigger look after insert on followersync.arrivals execute function public.look();
            """);
        database.DataSource.Clear();
        await using PushScene scene = await PushScene.StartAsync(database.Open(), [Brand.Account]);

        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).Status.ShouldBe(HttpStatusCode.OK);

        (await database.ReadAsync<string>("select setting from public.seen")).ShouldBe("on");
        await database.ExecuteAsync("drop trigger look on followersync.arrivals; drop function public.look(); drop table public.seen; do $$ begin execute format('alter database %I reset synchronous_commit', current_database()); end $$");
        database.DataSource.Clear();
    }

    [Fact]
    public async Task Without_a_database_it_is_503_at_once()
    {
        await using Npgsql.NpgsqlDataSource nowhere = FollowerDataSource.Build("Host=127.0.0.1;Port=1;Username=nobody", new DatabaseOptions());
        await using PushScene scene = await PushScene.StartAsync(new FollowerDatabase(nowhere, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance), [Brand.Account]);

        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).ShouldBe((HttpStatusCode.ServiceUnavailable, ""));

        (await scene.Counts.LineAsync("did not store")).ShouldContain("127.0.0.1");
    }

    private static PushQueue NewQueue(TimeProvider time, ArrivalsOptions? options = null) => new(Microsoft.Extensions.Options.Options.Create(options ?? new ArrivalsOptions()), time);

    private Task UntilStoredAsync(long count, FakeTimeProvider time) => CommandLine.Installation.UntilAsync(
        async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return await database.ReadAsync<long>("select count(*) from followersync.arrivals") == count;
        },
        "those who were kept are stored");

    private Task RefuseAsync() => database.ExecuteAsync(
        """
        create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'permission denied for table arrivals' using errcode = '42501'; end $$;
        create trigger refuse before insert on followersync.arrivals execute function public.refuse();
        """);

    private Task AcceptAsync() => database.ExecuteAsync("drop trigger refuse on followersync.arrivals; drop function public.refuse()");

    private static Arrival Any(int number, string? key) =>
        new(Brand.AppId, [.. BitConverter.GetBytes(number)], "oAnna", "scan", key, HappenedAt: null, ArrivalSource.Push, IsTrusted: true);
}
