using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database;

/// <summary>Which database is meant, in words.</summary>
internal static class ServerPlace
{
    /// <summary>Whether several servers are named, one of which takes the writes.</summary>
    public static bool IsOneOfSeveral(NpgsqlConnectionStringBuilder target) => target.Host?.Contains(',', StringComparison.Ordinal) == true;

    /// <summary>To begin a sentence with.</summary>
    public static Sentence Of(NpgsqlConnectionStringBuilder target) =>
        $"Database \"{target.Database}\" at {(IsOneOfSeveral(target) ? target.Host : FormattableString.Invariant($"{target.Host}:{target.Port}"))}";
}
