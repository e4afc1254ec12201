using FollowerSync.Followers;
using FollowerSync.Sync.Asking;

namespace FollowerSync.Sync.Merging;

/// <summary>A chunk that is being stored.</summary>
/// <param name="batches">What it consists of; kept until it is stored, for it may be stopped and stored again.</param>
/// <param name="asks">How many people were asked about.</param>
internal sealed class ChunkUnderWay(IReadOnlyList<AskedBatch> batches, int asks)
{
    private HashSet<string> _openIds = [];

    public List<AskedBatch> Batches { get; set; } = [.. batches];

    public int Asks => asks;

    /// <summary>The chunk before, which may still be under way; null when it is stored.</summary>
    public ChunkUnderWay? Before { get; set; }

    /// <summary>Whom it was stored with when unionids of it had to be proven: these may be others than were answered, which nobody beside it knows of.</summary>
    public IReadOnlyList<FollowerProfile> Proven { get; set; } = [];

    /// <summary>Ends when it is committed.</summary>
    public Task Stored { get; set; } = Task.CompletedTask;

    /// <summary>The unionids of people known to be new; null when some were stored before.</summary>
    public NewUnionIds? UnionIds { get; private set; }

    /// <summary>Whether it has a person, or a unionid, of the one before, so that it cannot be stored beside it.</summary>
    public bool MeetsTheOneBefore { get; private set; }

    /// <summary>Notes who is in it.</summary>
    public void Remember(MergeChunk chunk, SeenUnionIds? seen)
    {
        UnionIds = chunk.AreAllNew ? new NewUnionIds(chunk.Profiles, seen) : null;
        _openIds = new HashSet<string>(Batches.SelectMany(batch => batch.Asks).Select(ask => ask.OpenId), StringComparer.Ordinal);
        MeetsTheOneBefore = Before is { } before
            && (UnionIds is null || before.UnionIds is null || before._openIds.Overlaps(_openIds) || UnionIds.PerhapsKnown.Any(before.UnionIds.Contains));
    }

    /// <param name="atMost">How long; null = as long as it takes. In the middle of a transaction the server ends one that stands still.</param>
    /// <exception cref="OperationCanceledException">The one before was not stored in time, or not as it was answered: this one is to be stored anew.</exception>
    public async Task WaitForTheOneBeforeAsync(TimeSpan? atMost = null)
    {
        if (Before is not { } before)
            return;
        Task stored = before.Stored;
        await stored.WaitAsync(atMost ?? Timeout.InfiniteTimeSpan, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stored.IsCompletedSuccessfully || before.Proven.Count > 0)
            throw new OperationCanceledException("The answers before were not stored in time, or not as they were answered.");
    }
}
