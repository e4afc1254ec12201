using System.Threading.Channels;
using FollowerSync.Arrivals;
using Microsoft.Extensions.Options;

namespace FollowerSync.Push;

/// <summary>Arrivals that wait to be stored, as many as <c>Arrivals:MaxWaiting</c>. Nobody hears that one is stored before it is committed.</summary>
internal sealed class PushQueue(IOptions<ArrivalsOptions> options, TimeProvider time)
{
    /// <summary>How long a sender waits; WeChat itself waits 5 seconds, then repeats.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Channel<WaitingPush> _waiting = Channel.CreateBounded<WaitingPush>(
        new BoundedChannelOptions(options.Value.MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private volatile bool _isPrompt = true;

    /// <summary>Whether what was stored last was stored in time: what comes next can be waited for.</summary>
    public bool IsPrompt
    {
        get => _isPrompt;
        set => _isPrompt = value;
    }

    /// <summary>How many that were not stored may wait to be tried again.</summary>
    public int MostKept => options.Value.MaxWaiting;

    public ChannelReader<WaitingPush> Reader => _waiting.Reader;

    /// <summary>Waits until the arrival is committed, or cannot be.</summary>
    public async Task<PushOutcome> StoreAsync(Arrival arrival)
    {
        WaitingPush waiting = new(arrival);
        if (!_waiting.Writer.TryWrite(waiting))
            return PushOutcome.Full;
        try
        {
            return await waiting.Stored.WaitAsync(Patience, time) ? PushOutcome.Stored : PushOutcome.NotStored;
        }
        catch (TimeoutException)
        {
            // It may still be stored; WeChat's repetition is then known as such.
            IsPrompt = false;
            return PushOutcome.TooLate;
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void Close() => _waiting.Writer.TryComplete();
}
