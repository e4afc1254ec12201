using FollowerSync.Database;
using FollowerSync.Runs;

namespace FollowerSync.Tests.Scheduling;

public sealed class RetryTests
{
    private const string Soon = "00:00:01";

    [Fact]
    public async Task A_run_that_failed_for_a_passing_reason_is_tried_again_and_keeps_its_trigger()
    {
        await using ScheduledWorker worker = new(retryPause: Soon);
        int tries = 0;
        worker.Sync = (appId, _) => Task.FromResult(appId == ScheduledWorker.First && Interlocked.Increment(ref tries) < 3 ? RunStatus.Failed : RunStatus.Succeeded);

        await worker.StartAsync();

        (await SyncsOfFirstAsync(worker, 3)).ShouldAllBe(trigger => trigger == SyncTrigger.Start);
    }

    [Fact]
    public async Task A_run_that_could_not_begin_is_recorded_when_the_database_is_back_and_tried_again()
    {
        await using ScheduledWorker worker = new(retryPause: Soon);
        int tries = 0;
        worker.Sync = (appId, _) => appId == ScheduledWorker.First && Interlocked.Increment(ref tries) == 1
            ? throw Away() : Task.FromResult(RunStatus.Succeeded);

        await worker.StartAsync();
        await SyncsOfFirstAsync(worker, 2);

        UnrecordedRun missed = worker.Recorded.ShouldHaveSingleItem();
        (missed.Account.AppId, missed.Trigger, missed.RetryIn).ShouldBe((ScheduledWorker.First, SyncTrigger.Start, TimeSpan.FromSeconds(1)));
        missed.Error!.ShouldContain("the server is away");
    }

    [Fact]
    public async Task A_night_that_is_to_be_tried_again_survives_the_end_of_the_worker()
    {
        await using ScheduledWorker worker = new(runAtStart: false);
        worker.LastRuns[ScheduledWorker.First] =
            ScheduledWorker.Run(ScheduledWorker.First, RunStatus.Failed) with { RetryAt = DateTimeOffset.UnixEpoch };

        await worker.StartAsync();

        (await worker.NextSyncAsync()).ShouldBe((ScheduledWorker.First, SyncTrigger.Schedule));
    }

    [Fact]
    public async Task A_start_that_finds_no_database_is_looked_at_again()
    {
        await using ScheduledWorker worker = new(retryPause: Soon);
        worker.FailingLooks = 2;

        await worker.StartAsync();

        await SyncsOfFirstAsync(worker, 1);
    }

    [Fact]
    public async Task A_person_who_asks_in_vain_leaves_the_night_what_it_was_to_try_again()
    {
        await using ScheduledWorker worker = new(retryPause: Soon);
        worker.Sync = (appId, _) => Task.FromResult(appId == ScheduledWorker.First ? RunStatus.Failed : RunStatus.Succeeded);
        await worker.StartAsync();
        await SyncsOfFirstAsync(worker, 1);
        await worker.SyncByHandAsync(ScheduledWorker.First);

        List<SyncTrigger> seen = await SyncsOfFirstAsync(worker, 1);
        while (seen[^1] != SyncTrigger.Manual)
            seen.AddRange(await SyncsOfFirstAsync(worker, 1));

        (await SyncsOfFirstAsync(worker, 1)).ShouldBe([SyncTrigger.Start]);
    }

    [Fact]
    public async Task What_the_schedule_does_not_take_at_once_it_is_told_until_it_does()
    {
        await using ScheduledWorker worker = new(retryPause: Soon);
        int tries = 0;
        worker.Sync = (appId, _) =>
        {
            bool fails = appId == ScheduledWorker.First && Interlocked.Increment(ref tries) == 1;
            worker.FailingPlans = fails ? 1 : worker.FailingPlans;
            return Task.FromResult(fails ? RunStatus.Failed : RunStatus.Succeeded);
        };

        await worker.StartAsync();

        await SyncsOfFirstAsync(worker, 2);
        worker.Log.Lines.ShouldContain(line => line.Contains("could not be put into the schedule", StringComparison.Ordinal));
    }

    private static DatabaseUnavailableException Away() => new("Of this test:", "the server is away.", new Npgsql.NpgsqlException("away"));

    private static async Task<List<SyncTrigger>> SyncsOfFirstAsync(ScheduledWorker worker, int count)
    {
        List<SyncTrigger> triggers = [];
        while (triggers.Count < count)
        {
            (string appId, SyncTrigger trigger) = await worker.NextSyncAsync();
            if (appId == ScheduledWorker.First)
                triggers.Add(trigger);
        }

        return triggers;
    }
}
