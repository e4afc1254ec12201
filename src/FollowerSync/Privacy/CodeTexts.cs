using FollowerSync.Database;
using FollowerSync.Facts;
using FollowerSync.Followers;

namespace FollowerSync.Privacy;

/// <summary>Takes texts of QR codes out that are somebody's openid or unionid: codes of posters name who hands them out, codes of one's own who scans them. What else a text may say of a
/// person nobody here can know.</summary>
internal static class CodeTexts
{
    // By the keys of the people's own rows, and in the counts by code, which are small.
    private const string FindSql =
        """
        select qr_scene_str from wechat.followers where app_id = @appId and openid = any(@openIds) and qr_scene_str = any(@names)
        union
        select qr_scene_str from wechat.follower_versions where app_id = @appId and openid = any(@openIds) and qr_scene_str = any(@names)
        union
        select qr_scene_str from wechat.past_episodes where app_id = @appId and openid = any(@openIds) and qr_scene_str = any(@names)
        union
        select qr_scene_str from wechat.scans where app_id = @appId and openid = any(@openIds) and qr_scene_str = any(@names)
        union
        select qr_scene_str from wechat.daily_qr_codes where @isCounted and app_id = @appId and qr_scene_str = any(@names)
        """;

    private const string EmptyScansSql = "update wechat.scans set qr_scene_str = null where app_id = @appId and qr_scene_str = any(@texts)";

    // What waits would bring the text back, and what is done stays for a day.
    private const string EmptyArrivalsSql = "update followersync.arrivals set event_key = null where app_id = @appId and event_key = any(@keys)";

    // Each walks its table, for texts of codes have no index. The fingerprint of a follower's answer stays, so that the same answer does not bring the text back.
    private static readonly string[] EmptySql =
    [
        "update wechat.followers set qr_scene_str = null where app_id = @appId and qr_scene_str = any(@texts) returning openid",
        "update wechat.follower_versions set qr_scene_str = null where app_id = @appId and qr_scene_str = any(@texts) returning openid",
        "update wechat.past_episodes set qr_scene_str = null where app_id = @appId and qr_scene_str = any(@texts) returning openid",
    ];

    /// <summary>The names that are the text of a code by which one of the people came or which one scanned, or by which anybody was counted to have come.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="names">What names them.</param>
    /// <param name="isCounted">Whether codes by which others came are looked for too.</param>
    public static async Task<string[]> FindAsync(Transaction tx, string appId, string[] openIds, string[] names, bool isCounted) =>
        [.. await tx.ReadAllAsync<string>(FindSql, new { appId, openIds, names, isCounted })];

    /// <summary>Empties texts in everybody's rows, and drops the counts of these codes. Comes before the people's own rows are counted back or moved.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openIds">People whose rows go, of whom it is not told.</param>
    /// <param name="texts">The texts.</param>
    /// <returns>How many rows were changed.</returns>
    public static async Task<long> RemoveAsync(Transaction tx, string appId, string[] openIds, string[] texts)
    {
        if (texts.Length == 0)
            return 0;

        List<string> people = [];
        foreach (string sql in EmptySql)
            people.AddRange(await tx.ReadAllAsync<string>(sql, new { appId, texts }));
        ChangeFeed.NoteSame(tx, appId, [.. people.Except(openIds, StringComparer.Ordinal)], ChangeKinds.Erased, ["qr_scene_str"]);
        long rows = people.Count + await tx.ExecuteAsync(EmptyScansSql, new { appId, texts })
            + await tx.ExecuteAsync(EmptyArrivalsSql, new { appId, keys = texts.Concat(texts.Select(FollowScene.KeyOf)).ToArray() });
        return rows + await DailyFacts.DropCodesAsync(tx, appId, texts);
    }
}
