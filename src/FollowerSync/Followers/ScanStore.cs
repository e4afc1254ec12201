using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.scans</c>.</summary>
internal static class ScanStore
{
    private const string InsertSql =
        """
        insert into wechat.scans (app_id, openid, scanned_at, qr_scene, qr_scene_str, was_following, fingerprint)
        select @appId, openid, scanned_at, qr_scene, qr_scene_str, was_following, fingerprint
        from unnest(@openIds::text[], @scannedAt::timestamptz[], @qrScenes::bigint[], @qrSceneStrs::text[], @wasFollowing::bool[], @fingerprints::bytea[])
             as s (openid, scanned_at, qr_scene, qr_scene_str, was_following, fingerprint)
        on conflict (app_id, openid, fingerprint) do nothing
        """;

    /// <summary>Stores the scans among events; one that is stored already is left out.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="events">Trusted events of any kind.</param>
    public static Task InsertAsync(Transaction tx, string appId, IEnumerable<FollowEvent> events)
    {
        (FollowEvent Event, FollowScene Scene)[] scans = [.. events.Select(e => (e, SceneOf(e))).Where(s => s.Item2.IsQrCode)];
        return scans.Length == 0 ? Task.CompletedTask : tx.ExecuteAsync(
            InsertSql,
            new
            {
                appId,
                openIds = scans.Select(s => s.Event.OpenId).ToArray(),
                scannedAt = scans.Select(s => s.Event.HappenedAt.UtcDateTime).ToArray(),
                qrScenes = scans.Select(s => s.Scene.QrScene).ToArray(),
                qrSceneStrs = scans.Select(s => s.Scene.QrSceneStr).ToArray(),
                wasFollowing = scans.Select(s => s.Event.Kind == FollowEventKind.Scan).ToArray(),
                fingerprints = scans.Select(s => s.Event.Fingerprint).ToArray(),
            });
    }

    private static FollowScene SceneOf(FollowEvent e) => e.Kind switch
    {
        FollowEventKind.Subscribe => FollowScene.OfSubscribe(e.Scene),
        FollowEventKind.Scan => FollowScene.OfScan(e.Scene),
        _ => default,
    };
}
