using FollowerSync.Followers;
using FollowerSync.Privacy;
using FollowerSync.Sync.Asking;

namespace FollowerSync.Sync.Merging;

/// <summary>What WeChat's messages had erased of people while a run went on. The run may hold answers about them that it asked for before: nothing of what was
/// erased is stored from these. A profile asked for afterwards is WeChat's word of now; that somebody forgotten is gone or refused is no news, and would only store the openid again
/// of whom a plan of before still names.</summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing to be released.
internal sealed class ErasedMeanwhile(TimeProvider time)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _writing = new(AnswerWriter.ChunksAtOnce, AnswerWriter.ChunksAtOnce);
    private readonly SemaphoreSlim _erasing = new(1, 1);
    private readonly Dictionary<string, Erased> _people = new(StringComparer.Ordinal);

    /// <summary>Erases, while no answers are written.</summary>
    /// <param name="openId">The person.</param>
    /// <param name="fields">What is erased; null = all about the person.</param>
    /// <param name="erase">Does it, and commits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task EraseAsync(string openId, PersonalFields? fields, Func<Task> erase, CancellationToken cancellationToken)
    {
        using Entry alone = await EnterAsync(_erasing, 1, cancellationToken);
        using Entry unwritten = await EnterAsync(_writing, AnswerWriter.ChunksAtOnce, cancellationToken);
        await erase();
        PersonalFields? before = _people.TryGetValue(openId, out Erased? known) ? known.Fields : PersonalFields.None;
        _people[openId] = new Erased(before | fields, time.GetTimestamp());
    }

    /// <summary>Nothing is erased until the result is disposed of: a chunk of answers may be written.</summary>
    public async Task<IDisposable> HoldOffAsync(CancellationToken cancellationToken) => await EnterAsync(_writing, 1, cancellationToken);

    /// <summary>The batch without what was erased since it was asked for. Of whoever is forgotten nothing is left: a list that names the person later is asked about anew.</summary>
    public AskedBatch LeftOf(AskedBatch batch)
    {
        if (_people.Count == 0 || !batch.Asks.Any(ask => _people.ContainsKey(ask.OpenId)))
            return batch;
        HashSet<string> forgotten = new(batch.Asks.Where(ask => IsForgotten(batch, ask)).Select(ask => ask.OpenId), StringComparer.Ordinal);
        return batch with
        {
            Profiles = [.. batch.Profiles.Select(profile => LeftOf(batch, profile)).OfType<FollowerProfile>()],
            Gone = [.. batch.Gone.Where(gone => !forgotten.Contains(gone.OpenId))],
            Rejections = [.. batch.Rejections.Where(rejection => !forgotten.Contains(rejection.OpenId))],
        };
    }

    private FollowerProfile? LeftOf(AskedBatch batch, FollowerProfile profile) => ErasedSince(batch, profile.OpenId) switch
    {
        null => profile,
        { Fields: { } fields } => PersonalFieldErasure.Without(profile, fields),
        _ => null,
    };

    // Who arrived afterwards is closed in the inbox by the answer, whatever it is.
    private bool IsForgotten(AskedBatch batch, Ask ask) =>
        ask.IsArrival ? ErasedSince(batch, ask.OpenId) is { Fields: null } : _people.TryGetValue(ask.OpenId, out Erased? erased) && erased.Fields is null;

    private Erased? ErasedSince(AskedBatch batch, string openId) => _people.TryGetValue(openId, out Erased? erased) && erased.At >= batch.AskedAt ? erased : null;

    private static async Task<Entry> EnterAsync(SemaphoreSlim gate, int times, CancellationToken cancellationToken)
    {
        Entry entry = new(gate);
        try
        {
            for (; entry.Times < times; entry.Times++)
                await gate.WaitAsync(cancellationToken);
            return entry;
        }
        catch (OperationCanceledException)
        {
            entry.Dispose();
            throw;
        }
    }

    /// <param name="Fields">What was erased; null = all about the person.</param>
    /// <param name="At">When, by a clock that nobody sets.</param>
    private sealed record Erased(PersonalFields? Fields, long At);

    private sealed class Entry(SemaphoreSlim gate) : IDisposable
    {
        public int Times { get; set; }

        public void Dispose()
        {
            if (Times > 0)
                gate.Release(Times);
        }
    }
}
