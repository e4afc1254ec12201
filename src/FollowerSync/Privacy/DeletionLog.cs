using FollowerSync.Database;

namespace FollowerSync.Privacy;

/// <summary>Writes <c>followersync.deletions</c>: when and why people's data was deleted or anonymised.</summary>
internal static class DeletionLog
{
    private const string WriteSql =
        """
        insert into followersync.deletions (app_id, deleted_at, reason, action, people, rows) values (@appId, now(), @reason, @action, @people, @rows)
        """;

    /// <summary>Logs in the transaction that deletes.</summary>
    public static Task WriteAsync(
        Transaction tx, string appId, DeletionReason reason, DeletionAction action, int people, long rows)
    {
        var parameters = new { appId, reason = Text(reason), action = Text(action), people, rows };
        return tx.ExecuteAsync(WriteSql, parameters);
    }

    private static string Text<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>Why people's data went.</summary>
internal enum DeletionReason
{
    /// <summary>An operator was asked to forget them.</summary>
    Forget,

    /// <summary>They unfollowed, and the time after it was over.</summary>
    Unfollowed,

    /// <summary>They do not follow, and have not come for long.</summary>
    Expired,
}

/// <summary>What was done with people's data.</summary>
internal enum DeletionAction
{
    /// <summary>All rows were deleted.</summary>
    Deleted,

    /// <summary>Personal columns were emptied; keyed hashes took the place of openid and unionid.</summary>
    Anonymised,
}
