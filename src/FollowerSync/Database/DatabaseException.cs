namespace FollowerSync.Database;

/// <summary>Something is wrong with the database that a person has to put right. The text holds no secret and can be shown as it is.</summary>
internal abstract class DatabaseException(string what, string remedy, Exception? innerException = null)
    : Exception($"{what} {remedy}", innerException)
{
    /// <summary>What happened and why.</summary>
    public string What { get; } = what;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
