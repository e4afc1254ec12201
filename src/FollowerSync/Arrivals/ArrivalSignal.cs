using System.Threading.Channels;

namespace FollowerSync.Arrivals;

/// <summary>Tells within this process that something has been stored in the inbox. Other processes store there too: who waits for it looks into the inbox
/// now and then all the same.</summary>
internal sealed class ArrivalSignal
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something has been stored, and is committed.</summary>
    public void Set() => _raised.Writer.TryWrite(true);

    /// <summary>Waits for <see cref="Set"/>, or for as long as <paramref name="longest"/>; what was set before counts once.</summary>
    /// <returns>Whether it was set.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(longest, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await _raised.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
