namespace FollowerSync.Database;

/// <summary>The clock that all processes share, as far as it can be trusted: somebody may set it back, and stamps of before then lie in the future.</summary>
internal static class DatabaseClock
{
    /// <summary>SQL: no stamp of this clock can be later. What is tells nothing: whether anything is due by it must be found out anew.</summary>
    public const string Latest = "(now() + interval '1 minute')";

    /// <summary>The minute of <see cref="Latest"/>.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>What the clock shows.</summary>
    public static Task<DateTimeOffset> ReadAsync(Transaction tx) => tx.ReadAsync<DateTimeOffset>("select now()");
}
