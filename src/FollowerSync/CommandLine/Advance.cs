using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>How far a piece of work is.</summary>
/// <param name="Text">What to say about it.</param>
/// <param name="Done">How much is done.</param>
/// <param name="Of">How much there is; null = nobody knows.</param>
internal sealed record Advance(Sentence Text, long Done, long? Of);
