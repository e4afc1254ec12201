using System.Collections.Concurrent;
using FollowerSync.Accounts;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Scheduling;

/// <summary>The first account missed a run and is being synced by somebody else, so that it cannot be recorded yet.</summary>
public sealed class LateRecordsTests : IDisposable
{
    private readonly ConcurrentQueue<string> _recorded = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LateRecords _late;

    public LateRecordsTests()
    {
        _late = new LateRecords(RecordAsync, _time, NullLogger<LateRecords>.Instance);
        foreach (string appId in (string[])[ScheduledWorker.First, ScheduledWorker.Second, ScheduledWorker.First])
            _late.Add(new UnrecordedRun(new AccountOptions { AppId = appId }, SyncTrigger.Schedule, start: 0, _time) { Error = "The server was away." });
    }

    [Fact]
    public async Task Another_account_is_answered_for_by_its_own_runs()
    {
        (await _late.TryRecordAsync(ScheduledWorker.Second, default)).ShouldBeTrue();
        (await _late.TryRecordAsync(ScheduledWorker.First, default)).ShouldBeFalse();

        _recorded.ToArray().ShouldBe([ScheduledWorker.Second]);
    }

    [Fact]
    public async Task Another_account_s_runs_are_recorded_meanwhile()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        await _late.StartAsync(default);
        while (_recorded.IsEmpty)
        {
            patience.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await _late.StopAsync(default);
        _recorded.ToArray().ShouldBe([ScheduledWorker.Second]);
    }

    public void Dispose() => _late.Dispose();

    private Task RecordAsync(UnrecordedRun missed, CancellationToken cancellationToken)
    {
        if (missed.Account.AppId == ScheduledWorker.First)
            throw new RunActiveException(missed.Account.AppId, "somebody", freeIn: null);
        _recorded.Enqueue(missed.Account.AppId);
        return Task.CompletedTask;
    }
}
