using FollowerSync.Database;

namespace FollowerSync.Readings;

/// <summary>Writes into <c>wechat.tags</c> when who has a tag was last read as a list.</summary>
internal static class TagListDates
{
    private const string MarkSql = "update wechat.tags set list_read_at = now() where app_id = @appId and tag_id = any(@tagIds)";

    // A tag that was found deleted is taken from people once: should profiles go on telling its number, they are believed.
    private const string ReadSql =
        """
        select tag_id, list_read_at, ended_at is not null and (list_read_at is null or list_read_at < ended_at) as is_newly_deleted
        from wechat.tags
        where app_id = @appId
        """;

    /// <summary>The lists of these tags were read whole.</summary>
    public static Task MarkAsync(Transaction tx, string appId, int[] tagIds) => tx.ExecuteAsync(MarkSql, new { appId, tagIds });

    /// <summary>When each list was last read, null = never; and whether the tag was found deleted since.</summary>
    public static async Task<Dictionary<int, (DateTimeOffset? ReadAt, bool IsNewlyDeleted)>> ReadAsync(Transaction tx, string appId) =>
        (await tx.ReadAllAsync<(int TagId, DateTimeOffset? ReadAt, bool IsNewlyDeleted)>(ReadSql, new { appId }))
            .ToDictionary(r => r.TagId, r => (r.ReadAt, r.IsNewlyDeleted));
}
