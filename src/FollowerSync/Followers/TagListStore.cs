using FollowerSync.Database;
using FollowerSync.Followers.Encoding;

namespace FollowerSync.Followers;

/// <summary>Writes <c>followersync.tag_openids</c>: who has which tag, as the lists that are being read tell it.</summary>
internal static class TagListStore
{
    private const string CopySql = "copy followersync.tag_openids (app_id, tag_id, openid) from stdin (format binary)";

    private const string CountSql =
        "select tag_id, count(*) as stored, count(distinct openid) as people from followersync.tag_openids where app_id = @appId group by tag_id";

    private const string ClearSql =
        """
        delete from followersync.tag_openids where app_id = @appId;
        delete from followersync.tag_differences where app_id = @appId
        """;

    /// <summary>Adds a page of a tag's list.</summary>
    public static async Task AppendAsync(Transaction tx, string appId, int tagId, IReadOnlyCollection<string> openIds)
    {
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(tx, CopySql);
        BinaryRows row = new();
        row.Text(appId);
        row.Int32(tagId);
        int start = row.Length;
        foreach (string openId in openIds)
        {
            row.Truncate(start);
            row.Text(openId);
            await copy.StartRowAsync(columns: 3);
            copy.Append(row.Span(0, row.Length));
        }

        await copy.CompleteAsync();
    }

    /// <summary>How many rows and how many different people the lists hold, by tag; a tag without any is left out.</summary>
    public static async Task<Dictionary<int, (long Rows, long People)>> CountAsync(Transaction tx, string appId) =>
        (await tx.ReadAllAsync<(int TagId, long Rows, long People)>(CountSql, new { appId })).ToDictionary(r => r.TagId, r => (r.Rows, r.People));

    /// <summary>Forgets what was read of one tag.</summary>
    public static Task DropAsync(Transaction tx, string appId, int tagId) =>
        tx.ExecuteAsync("delete from followersync.tag_openids where app_id = @appId and tag_id = @tagId", new { appId, tagId });

    /// <summary>Forgets all lists of the account, and what they told otherwise.</summary>
    public static Task ClearAsync(Transaction tx, string appId) => tx.ExecuteAsync(ClearSql, new { appId });
}
