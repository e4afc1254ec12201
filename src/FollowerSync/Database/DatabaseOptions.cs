using FollowerSync.Languages;
using FollowerSync.Settings;
using Npgsql;

namespace FollowerSync.Database;

/// <summary>Section <c>Database</c>: how the worker treats its PostgreSQL. The connection string is <c>ConnectionStrings:FollowerSync</c>.</summary>
internal sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>Name of the connection string; empty or missing means the private local PostgreSQL.</summary>
    public const string ConnectionStringName = "FollowerSync";

    /// <summary>Whether <c>run</c>, <c>sync</c>, <c>plan</c>, <c>approve</c> and <c>migrate-account</c> apply missing migrations first. Default true.</summary>
    public bool MigrateOnStart { get; set; } = true;

    /// <summary>Longest time one statement may take. Default 5 min, range 1 s to 1 h.</summary>
    [DurationRange("00:00:01", "01:00:00")]
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest wait for a lock another session holds. Default 30 s, range 1 s to 10 min.</summary>
    [DurationRange("00:00:01", "00:10:00")]
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait of a schema upgrade for locks other sessions hold, which it names in the log meanwhile. Default 10 min, range 1 s to 1 day.</summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan UpgradeWait { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a transaction that failed for a passing reason is tried again as a whole. Default 5, range 0 to 20.</summary>
    [NumberRange(0, 20)]
    public int Retries { get; set; } = 5;

    /// <summary>Folder of the private local PostgreSQL. Empty (default) = <c>followersync/postgresql</c> in the user's data folder.</summary>
    [AbsolutePath]
    [OfOneNode]
    public string PrivateFolder { get; set; } = "";

    /// <summary>Most connections at once, where the connection string does not say. No setting: it follows from what a worker runs side by side.</summary>
    internal int Connections { get; set; } = 20;

    /// <summary>The parts of a connection string; null when it cannot be read. Npgsql's message may repeat a piece of the text, and the text holds a password.</summary>
    public static NpgsqlConnectionStringBuilder? PartsOf(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What <c>ConnectionStrings:FollowerSync</c> has to be, when it is not; null when it is right.</summary>
    public static Sentence? BrokenConnectionString(string text)
    {
        if (PartsOf(text) is not { } connection)
            return "must be a PostgreSQL connection string, such as Host=db.example;Database=followers;Username=followersync;Password=…";
        if (string.IsNullOrWhiteSpace(connection.Host))
            return "must name a Host, or be empty for a private local PostgreSQL";
        // The host is shown in messages; a password before it would be, too.
        if (connection.Host.Contains('@', StringComparison.Ordinal) || connection.Host.Contains("://", StringComparison.Ordinal))
            return "must name user and password as Username=… and Password=…, not within Host";
        return connection.Database is null && connection.Username is null ? "must name a Database" : Contradiction(text);
    }

    // Of what does not go together Npgsql tells where it would connect.
    private static Sentence? Contradiction(string text)
    {
        try
        {
            FollowerDataSource.Build(text, new DatabaseOptions()).Dispose();
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it would be thrown at every start.
        catch (Exception exception)
        {
            return $"must not contradict itself: {Sentence.Foreign(exception.Message)}";
        }
#pragma warning restore CA1031
    }
}
