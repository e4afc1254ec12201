using FollowerSync.Languages;

namespace FollowerSync.Database;

/// <summary>Something is wrong with the database that a person has to put right. The text holds no secret and can be shown as it is.</summary>
internal abstract class DatabaseException(Sentence what, Sentence remedy, Exception? innerException = null)
    : SentenceException($"{what} {remedy}", innerException)
{
    /// <summary>What happened and why.</summary>
    public Sentence What { get; } = what;

    /// <summary>What to do about it.</summary>
    public Sentence Remedy { get; } = remedy;
}
