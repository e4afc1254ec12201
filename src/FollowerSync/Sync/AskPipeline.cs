using System.Diagnostics;
using System.Threading.Channels;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Merging;
using FollowerSync.Telemetry;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>Asks for profiles in full batches, a few calls at once, and hands the answers to the writer in the order they were asked in, so that
/// the place reached in a round is one openid. Bounded: when the writer falls behind, asking waits.</summary>
internal sealed class AskPipeline : IAsyncDisposable
{
    /// <summary>Time to store what was answered before the run is stopped.</summary>
    private static readonly TimeSpan FlushDeadline = TimeSpan.FromSeconds(5);

    /// <summary>When more batches than this go unanswered, it is not because of somebody in them.</summary>
    private const int MostLeft = 2;

    /// <summary>Behind it in the line, everything asked before is stored.</summary>
    private static readonly AskedBatch Mark = AskedBatch.Unanswered([]) with { IsUrgent = true };

    private readonly ProfileAsker _asker;
    private readonly AnswerWriter _writer;
    private readonly RunTally _tally;
    private readonly TimeProvider _time;
    private readonly int _batchSize;
    private readonly Channel<Task<AskedBatch>> _answers;
    private readonly CancellationTokenSource _stop;
    private readonly Task _writing;
    private readonly Activity? _span;
    private List<Ask> _batch;
    private TaskCompletionSource? _markReached;
    private int _left;

    public AskPipeline(ProfileAsker asker, AnswerWriter writer, RunTally tally, SyncOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        _time = time;
        _asker = asker;
        _writer = writer;
        _tally = tally;
        _batchSize = options.BatchSize;
        _answers = Channel.CreateBounded<Task<AskedBatch>>(WindowOf(options));
        _batch = new List<Ask>(_batchSize);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _writing = WriteAsync();
        _span = Instruments.Runs.StartActivity("fetch");
    }

    /// <summary>Whether people who arrived are asked about beside a round, which goes on when WeChat does not answer about them.</summary>
    public bool SparesRound { get; init; }

    /// <summary>Whether no more of them are to be asked about.</summary>
    public bool ArrivalsRest { get; private set; }

    /// <summary>Puts a person on the list; asks as soon as a batch is full.</summary>
    /// <exception cref="Exception">Whatever an earlier batch or its writing failed with.</exception>
    public async Task AskAsync(Ask ask)
    {
        _batch.Add(ask);
        if (_batch.Count == _batchSize)
            await SendAsync();
    }

    /// <summary>Asks for a batch of its own, apart from the list.</summary>
    /// <param name="batch">At most as many people as a batch may have.</param>
    /// <param name="isUrgent">Whether its answers, and all before them, are to be stored at once.</param>
    /// <exception cref="Exception">Whatever an earlier batch or its writing failed with.</exception>
    public Task AskApartAsync(IReadOnlyList<Ask> batch, bool isUrgent) => SendAsync(batch, isUrgent);

    /// <summary>Waits until every batch that was sent is stored.</summary>
    /// <exception cref="Exception">Whatever an earlier batch or its writing failed with.</exception>
    public async Task SettleAsync()
    {
        _markReached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _answers.Writer.WriteAsync(Task.FromResult(Mark), _stop.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            // What stopped the writing is the cause to tell.
            await _writing;
            throw;
        }

        await await Task.WhenAny(_markReached.Task, _writing);
    }

    /// <summary>Sends the last batch and waits until everything is written.</summary>
    public async Task CompleteAsync()
    {
        if (_batch.Count > 0)
            await SendAsync();
        _answers.Writer.TryComplete();
        await _writing;
        _span?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _span?.Dispose();
        await _stop.CancelAsync();
        _answers.Writer.TryComplete();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_answers.Reader.TryRead(out Task<AskedBatch>? unread))
            await ((Task)unread).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Batches asked or answered but not yet taken by the writer: as many as it merges at once, so that the next merge is fetched during the last.
    /// A killed process repeats at most so many calls, and as many again for each merge it was in. One slow batch (split, or waiting for a retry)
    /// holds up at most so many.</summary>
    private static int WindowOf(SyncOptions options) => Math.Max(2 * options.BatchesInFlight, options.MergeSize / options.BatchSize);

    private Task SendAsync()
    {
        List<Ask> batch = _batch;
        _batch = new List<Ask>(_batchSize);
        return SendAsync(batch, isUrgent: false);
    }

    private async Task SendAsync(IReadOnlyList<Ask> batch, bool isUrgent)
    {
        _tally.Planned(batch.Count);
        Task<AskedBatch>? answer = null;
        try
        {
            await _asker.Pace.EnterAsync(_stop.Token);
            answer = FetchAsync(batch, isUrgent);
            await _answers.Writer.WriteAsync(answer, _stop.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            if (answer is not null)
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // What stopped the writing is the cause to tell; it is thrown here.
            _answers.Writer.TryComplete();
            await _writing;
            throw;
        }
    }

    private async Task<AskedBatch> FetchAsync(IReadOnlyList<Ask> batch, bool isUrgent)
    {
        long askedAt = _time.GetTimestamp();
        try
        {
            AskedBatch answer = await _asker.AskAsync(batch, _stop.Token);
            _tally.Fetched(batch.Count);
            return answer with { IsUrgent = isUrgent, AskedAt = askedAt };
        }
        catch (WeChatApiException exception) when (IsLeft(batch, exception))
        {
            return AskedBatch.Unanswered(batch) with { IsUrgent = isUrgent };
        }
        finally
        {
            _asker.Pace.Leave();
        }
    }

    /// <summary>People who arrived wait in the inbox and are asked about again, apart: one of them whom WeChat cannot answer about stops nobody else, and a
    /// limit that they meet stops no round, which may have other things to do.</summary>
    private bool IsLeft(IReadOnlyList<Ask> batch, WeChatApiException exception)
    {
        if (!batch.All(ask => ask.IsArrival) || exception is { IsUnreachable: true } or not { Api: WeChatApi.BatchGet or WeChatApi.UserInfo })
            return false;

        bool isLimit = exception.Reaction is Reaction.QuotaSpent or Reaction.SlowDown;
        bool areMany = exception.Reaction is Reaction.Bug or Reaction.Retry && Interlocked.Increment(ref _left) > MostLeft;
        if (SparesRound && (isLimit || areMany))
            ArrivalsRest = true;
        return exception.Reaction is Reaction.Bug or Reaction.Retry or Reaction.QuotaSpent or Reaction.SlowDown && (SparesRound || (!isLimit && !areMany));
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (Task<AskedBatch> answer in _answers.Reader.ReadAllAsync(_stop.Token))
            {
                AskedBatch batch = await AnswerOrFlushAsync(answer);
                await _writer.AddAsync(batch, _stop.Token);
                if (ReferenceEquals(batch, Mark))
                    _markReached?.TrySetResult();
            }

            await _writer.FlushAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            await FlushLastAsync();
            throw;
        }
        finally
        {
            // Whatever ended the writing, nobody may wait for it any longer.
            await _stop.CancelAsync();
        }
    }

    /// <summary>A batch that failed ends the round; what was answered before it is stored first.</summary>
    private async Task<AskedBatch> AnswerOrFlushAsync(Task<AskedBatch> answer)
    {
        try
        {
            return await answer;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            try
            {
                await FlushLastAsync();
            }
            catch (OperationCanceledException)
            {
                // What could not be stored in time is asked for again; why the round ends is what counts.
            }

            throw;
        }
    }

    private async Task FlushLastAsync()
    {
        await _writer.WaitAsync();
        using var deadline = new CancellationTokenSource(FlushDeadline, _time);
        await _writer.FlushAsync(deadline.Token);
    }
}
