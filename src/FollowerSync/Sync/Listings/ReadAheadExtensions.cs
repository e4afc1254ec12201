using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace FollowerSync.Sync.Listings;

/// <summary>Reads a sequence ahead of its reader.</summary>
internal static class ReadAheadExtensions
{
    /// <summary>The same items; the source works on while the reader does, so many items ahead. What the source throws comes after its last item.</summary>
    public static async IAsyncEnumerable<T> ReadAhead<T>(
        this IAsyncEnumerable<T> source, int items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<T> ahead = Channel.CreateBounded<T>(items);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = CopyAsync(source, ahead.Writer, stop.Token);
        try
        {
            await foreach (T item in ahead.Reader.ReadAllAsync(cancellationToken))
                yield return item;
            await reading;
        }
        finally
        {
            // Whoever stops reading leaves the source at work.
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task CopyAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> ahead, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (T item in source.WithCancellation(cancellationToken))
                await ahead.WriteAsync(item, cancellationToken);
        }
        finally
        {
            ahead.Complete();
        }
    }
}
