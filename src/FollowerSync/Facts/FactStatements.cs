namespace FollowerSync.Facts;

/// <summary>Sums the counted rows up into the daily facts. Wants <c>@appId</c>, <c>@sign</c> (1, or -1 to take back) and <c>@saidThrough</c>: a day up to this
/// one was told before, and what changes of it is a correction.</summary>
internal static class FactStatements
{
    /// <summary>Days after which retention is told.</summary>
    private static readonly int[] Horizons = [1, 3, 7, 30, 90, 180];

    // One row where a follow began or ended on one day, two where the day is not sure.
    private static readonly string Scenes = Upsert(
        "wechat.daily_scenes", ["scene"],
        ["new", "returned", "follows_earliest", "follows_latest", "leaves_earliest", "leaves_latest", "leaves_sure", "leaves_in_month", .. LostColumns],
        $"""
        select follow_latest as day, scene, {Sum("follow_earliest = follow_latest")}, {Sum("follow_earliest = follow_latest and is_return")},
               {Sum("follow_earliest = follow_latest")}, {Sum("true")}, 0, 0, 0, 0, {Lost("follow_earliest = follow_latest")}
        from counted_rows group by 1, 2
        union all
        select follow_earliest, scene, 0, 0, {Sum("true")}, 0, 0, 0, 0, 0, {NoneLost} from counted_rows where follow_earliest <> follow_latest group by 1, 2
        union all
        select leave_latest, scene, 0, 0, 0, 0, {Sum("leave_earliest = leave_latest")}, {Sum("true")}, {Sum("leave_earliest = leave_latest")},
               {Sum("date_trunc('month', leave_earliest) = date_trunc('month', leave_latest)")}, {NoneLost}
        from counted_rows where leave_latest is not null group by 1, 2
        union all
        select leave_earliest, scene, 0, 0, 0, 0, {Sum("true")}, 0, 0, 0, {NoneLost} from counted_rows where leave_earliest <> leave_latest group by 1, 2
        """);

    private static readonly string QrCodes = Upsert(
        "wechat.daily_qr_codes", ["qr_scene", "qr_scene_str"], ["new", "returned", "people", "following", .. LostColumns],
        $"""
        select follow_latest as day, qr_scene, qr_scene_str, {Sum("follow_earliest = follow_latest")}, {Sum("follow_earliest = follow_latest and is_return")},
               {Sum("is_current")}, {Sum("is_current and subscribe")}, {Lost("follow_earliest = follow_latest")}
        from counted_rows where qr_scene <> 0 or qr_scene_str <> '' group by 1, 2, 3
        """);

    private static readonly string Groups = Upsert(
        "wechat.daily_groups", ["groupid"], ["net"],
        $"select stored_day as day, groupid, {Sum("true")} from counted_rows where subscribe and groupid is not null group by 1, 2");

    private static readonly string Tags = Upsert(
        "wechat.daily_tags", ["tag_id"], ["net"],
        $"select stored_day as day, tag_id, {Sum("true")} from counted_rows cross join unnest(tagid_list) tag_id where subscribe group by 1, 2");

    /// <summary>All facts.</summary>
    public static readonly string All = string.Join(";\n", Scenes, QrCodes, Groups, Tags);

    private static IEnumerable<string> LostColumns => Horizons.SelectMany(h => new[] { Invariant($"lost_{h}_at_least"), Invariant($"lost_{h}_at_most") });

    private static string NoneLost => string.Join(", ", Horizons.Select(_ => "0, 0"));

    // Surely gone within the time: the longest the follow may have lasted is not longer. Possibly: the shortest is shorter.
    private static string Lost(string which) =>
        string.Join(", ", Horizons.Select(h => Invariant($"{Sum($"{which} and days_at_most <= {h}")}, {Sum($"{which} and days_at_least < {h}")}")));

    private static string Sum(string which) => $"coalesce(sum(weight) filter (where {which}), 0)";

    private static string Upsert(string table, string[] keys, string[] counts, string rows)
    {
        string key = string.Join(", ", keys);
        return $"""
            insert into {table} as d (app_id, day, {key}, correction, {string.Join(", ", counts)})
            select @appId, day, {key}, coalesce(day <= @saidThrough::date, false), {string.Join(", ", counts.Select(c => $"@sign * sum({c})"))}
            from ({rows}) r (day, {key}, {string.Join(", ", counts)})
            group by day, {key}
            having {string.Join(" or ", counts.Select(c => $"sum({c}) <> 0"))}
            on conflict (app_id, day, {key}, correction) do update
            set {string.Join(", ", counts.Select(c => $"{c} = d.{c} + excluded.{c}"))}
            """;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
