using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using FollowerSync.StatusPage.Reading;

namespace FollowerSync.StatusPage;

/// <summary>Tells browsers how far the runs are, once a second. However many look on, the database is asked once.</summary>
internal sealed class ProgressFeed(PageReader reader, IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    private const int MostStreams = 64;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A line that says nothing for long is cut by proxies.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private IReadOnlyList<RunProgress>? _read;
    private long _readAt;
    private int _streams;

    /// <summary>Tells a browser until it leaves or the worker stops, whether or not the browser reads what it is told.</summary>
    /// <returns>False when there are too many, and nothing was told.</returns>
    public async Task<bool> TellAsync(HttpContext http)
    {
        CancellationToken left = http.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(left, lifetime.ApplicationStopping);
        try
        {
            if (Interlocked.Increment(ref _streams) > MostStreams)
                return false;
            http.RequestAborted = either.Token;
            await TypedResults.ServerSentEvents(NewsAsync(either.Token)).ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // In the middle of a line, which nobody takes: its end would wait for the browser too.
            http.Abort();
        }
        finally
        {
            http.RequestAborted = left;
            Interlocked.Decrement(ref _streams);
        }

        return true;
    }

    public void Dispose() => _turn.Dispose();

    private async IAsyncEnumerable<SseItem<IReadOnlyList<RunProgress>>> NewsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        IReadOnlyList<RunProgress>? told = null;
        long toldAt = 0;
        do
        {
            if (await ReadAsync(cancellationToken) is not { } now || (told is not null && now.SequenceEqual(told) && time.GetElapsedTime(toldAt) < LongestSilence))
                continue;
            (told, toldAt) = (now, time.GetTimestamp());
            yield return new SseItem<IReadOnlyList<RunProgress>>(now, "progress");
        }
        while (await TickAsync(timer, cancellationToken));
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<RunProgress>?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                if (_read is null || time.GetElapsedTime(_readAt) >= Interval / 2)
                    (_read, _readAt) = (await reader.ReadProgressAsync(cancellationToken), time.GetTimestamp());
                return _read;
            }
            finally
            {
                _turn.Release();
            }
        }
#pragma warning disable CA1031 // While the database is away there is nothing to tell; the page itself says why.
        catch (Exception)
        {
            return null;
        }
#pragma warning restore CA1031
    }
}
