using System.Text.Json;
using FollowerSync.Database;

namespace FollowerSync.Sync;

/// <summary>What the people have in common whom the mass-change brake holds. Counted once, when they come to be held: that reads each of them among the followers,
/// which of a large account nobody who looks at a page can wait for.</summary>
/// <param name="ByScene">How they found the account.</param>
/// <param name="ByMonth">The month they followed, in Beijing.</param>
/// <param name="ByTag">Their tags; a person can have several.</param>
internal sealed record HeldShares(IReadOnlyList<HeldShare> ByScene, IReadOnlyList<HeldShare> ByMonth, IReadOnlyList<HeldShare> ByTag)
{
    public static readonly HeldShares None = new([], [], []);

    private const string CountSql =
        """
        with held as materialized (
            select subscribe_scene, subscribe_time, tagid_list from wechat.held_changes where app_id = @appId
        )
        select 'scene', coalesce(subscribe_scene, 'unknown'), count(*) from held group by 2
        union all
        select 'month', coalesce(to_char(subscribe_time at time zone interval '8 hours', 'YYYY-MM'), 'unknown'), count(*) from held group by 2
        union all
        select 'tag', coalesce(t.id || coalesce(' ' || n.name, ''), 'none'), count(*)
        from held h
        left join lateral (select distinct unnest(h.tagid_list) as id) t on true
        left join wechat.tags n on n.app_id = @appId and n.tag_id = t.id
        group by 2
        """;

    /// <summary>Counts those who are held of the account now.</summary>
    public static async Task<HeldShares> CountAsync(Transaction tx, string appId)
    {
        List<(string Kind, string Name, long People)> counted = await tx.ReadAllAsync<(string, string, long)>(CountSql, new { appId });
        return new HeldShares(MostFirst("scene"), [.. Of("month").OrderByDescending(share => share.Name, StringComparer.Ordinal)], MostFirst("tag"));

        IEnumerable<HeldShare> Of(string kind) => counted.Where(row => row.Kind == kind).Select(row => new HeldShare(row.Name, row.People));
        HeldShare[] MostFirst(string kind) => [.. Of(kind).OrderByDescending(share => share.People).ThenBy(share => share.Name, StringComparer.Ordinal)];
    }

    public static HeldShares OfJson(string? json) => json is null ? None : JsonSerializer.Deserialize<HeldShares>(json, Names)!;

    public string ToJson() => JsonSerializer.Serialize(this, Names);

    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

/// <param name="Name">What they have in common.</param>
/// <param name="People">How many they are.</param>
internal sealed record HeldShare(string Name, long People);
