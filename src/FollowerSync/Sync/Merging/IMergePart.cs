using FollowerSync.Database;

namespace FollowerSync.Sync.Merging;

/// <summary>What is stored of a chunk beside the people themselves, in the transaction that stores them: all of it may be repeated.</summary>
internal interface IMergePart
{
    /// <summary>The chunk with what this part knows of the people beside their answers.</summary>
    public MergeChunk Complete(MergeChunk chunk) => chunk;

    /// <summary>Brings what is stored to where it was just before the answers.</summary>
    /// <returns>How many people were marked as gone.</returns>
    public Task<int> PrepareAsync(Transaction tx, MergeChunk chunk);

    /// <summary>Stores what the chunk means to this part.</summary>
    /// <returns>How many people were stored for the first time, as gone.</returns>
    public Task<int> StoreAsync(Transaction tx, MergeChunk chunk);

    /// <summary>The chunk is committed.</summary>
    public void Stored(MergeChunk chunk);
}
