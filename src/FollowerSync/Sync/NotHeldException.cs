using FollowerSync.Languages;

namespace FollowerSync.Sync;

/// <summary>There is nothing to release under this run number.</summary>
internal sealed class NotHeldException(Sentence text) : SentenceException(text);
