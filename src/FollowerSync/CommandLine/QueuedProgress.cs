using System.Threading.Channels;

namespace FollowerSync.CommandLine;

/// <summary>Passes progress on from a task of its own: a run neither waits for who shows it, nor fails when it cannot be shown. What comes faster than it is
/// shown is left out, the oldest first.</summary>
internal sealed class QueuedProgress<T> : IProgress<T>, IAsyncDisposable
{
    private const int Length = 100;
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(1);

    private readonly Channel<T> _queue = Channel.CreateBounded<T>(new BoundedChannelOptions(Length) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly TimeProvider _time;
    private readonly Task _showing;

    public QueuedProgress(IProgress<T> shown, TimeProvider time)
    {
        _time = time;
        _showing = Task.Run(() => ShowAsync(shown));
    }

    public void Report(T value) => _queue.Writer.TryWrite(value);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.Complete();
        await _showing.WaitAsync(Last, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ShowAsync(IProgress<T> shown)
    {
        await foreach (T value in _queue.Reader.ReadAllAsync())
            shown.Report(value);
    }
}
