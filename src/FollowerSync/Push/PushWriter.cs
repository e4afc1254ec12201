using FollowerSync.Arrivals;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Push;

/// <summary>Stores what waits in the queue, all of it in one statement, and answers once that is committed. What the database does not take for the moment is
/// kept and tried again, although its sender is told that it was not stored: where a bot answers WeChat, nobody repeats it. A repetition is known as such.</summary>
internal sealed class PushWriter(PushQueue queue, FollowerDatabase database, TimeProvider time, ILogger<PushWriter> logger) : IHostedService, IDisposable
{
    private const int MostAtOnce = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // SQLSTATE classes of what a single row can be guilty of: its data, a constraint, a limit.
    private static readonly string[] FaultsOfRows = ["22", "23", "54"];

    // Where the login or the database puts it off, a crash of the server loses what was answered already.
    private const string DurableSql = "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'";

    private static readonly Comparer<byte[]> ByteOrder = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));

    private readonly PushRefusals _refusals = new(time, logger);
    private readonly LostPushes _lost = new(time, logger);
    private readonly KeptPushes _kept = new(queue.MostKept);
    private long _failedAt;
    private Task _loop = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = RunAsync();
        return Task.CompletedTask;
    }

    /// <summary>Stores what waits still; what comes from now on is told to come again.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        await _loop.WaitAsync(cancellationToken);
    }

    public void Dispose() => _lost.Dispose();

    private async Task RunAsync()
    {
        List<WaitingPush> batch = new(MostAtOnce);
        Task<bool> comes = ComesAsync();
        while (await IsToGoOnAsync(comes))
        {
            while (batch.Count < MostAtOnce && queue.Reader.TryRead(out WaitingPush? waiting))
                batch.Add(waiting);
            if (batch.Count > 0)
                await StoreAsync([.. batch]);
            batch.Clear();
            if (queue.IsPrompt || time.GetElapsedTime(_failedAt) >= Pause)
                await StoreKeptAsync(MostAtOnce);
            if (comes.IsCompleted)
                comes = ComesAsync();
        }

        await StoreKeptAsync(_kept.Count);
        _lost.Add(_kept.Count);
    }

    private Task<bool> ComesAsync() => queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask();

    // While something is kept, no longer than until it is tried again.
    private async Task<bool> IsToGoOnAsync(Task<bool> comes)
    {
        if (_kept.Count > 0 && await Task.WhenAny(comes, Task.Delay(Pause, time)) != comes)
            return true;
        return await comes;
    }

    private async Task StoreKeptAsync(int most)
    {
        WaitingPush[] again = _kept.Take(most);
        if (again.Length > 0)
            await StoreAsync(again);
    }

    private async Task StoreAsync(WaitingPush[] batch)
    {
        try
        {
            await InsertAsync(batch);
            queue.IsPrompt = true;
            Answer(batch, isStored: true);
        }
#pragma warning disable CA1031 // Whatever it is, whoever waits must hear that nothing is stored, and the next ones are tried.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (batch.Length > 1 && IsFaultOfRow(exception))
                await StoreApartAsync(batch);
            else
                Fail(batch, exception);
        }
    }

    private async Task InsertAsync(WaitingPush[] batch)
    {
        using CancellationTokenSource deadline = new(PushQueue.Patience, time);
        // In one order everywhere: two machines that are told the same by WeChat's repetitions must not wait for each other.
        Arrival[] arrivals = [.. batch.Select(waiting => waiting.Arrival).OrderBy(arrival => arrival.AppId, StringComparer.Ordinal).ThenBy(arrival => arrival.Fingerprint, ByteOrder)];
        await database.RunOnceAsync(
            async tx =>
            {
                await tx.ExecuteAsync(DurableSql);
                return await ArrivalStore.InsertAsync(tx, arrivals);
            },
            deadline.Token);
    }

    // One row that the database refuses must not take the others with it.
    private async Task StoreApartAsync(WaitingPush[] batch)
    {
        int half = batch.Length / 2;
        await StoreAsync(batch[..half]);
        await StoreAsync(batch[half..]);
    }

    private void Fail(WaitingPush[] batch, Exception exception)
    {
        queue.IsPrompt = false;
        _failedAt = time.GetTimestamp();
        bool isFaultOfRow = IsFaultOfRow(exception);
        _refusals.Add(exception, isFaultOfRow);
        if (!isFaultOfRow)
            _lost.Add(batch.Count(push => !_kept.Add(push)));
        Answer(batch, isStored: false);
    }

    private static void Answer(WaitingPush[] batch, bool isStored)
    {
        foreach (WaitingPush waiting in batch)
            waiting.Answer(isStored);
    }

    // What fails before it reaches the server is a text that cannot be sent.
    private static bool IsFaultOfRow(Exception exception) => DatabaseFailure.Cause(exception) switch
    {
        PostgresException refusal => Array.Exists(FaultsOfRows, refusal.SqlState.StartsWith),
        null => exception is not OperationCanceledException,
        _ => false,
    };
}
