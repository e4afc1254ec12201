namespace FollowerSync.Facts;

/// <summary>Sums the counted rows up into the daily facts. Wants <c>@appId</c>, <c>@sign</c> (1, or -1 to take back) and <c>@saidThrough</c>: a day up to this
/// one was told before, and what changes of it is a correction.</summary>
internal static class FactStatements
{
    /// <summary>Days after which retention is told.</summary>
    private static readonly int[] Horizons = [1, 3, 7, 30, 90, 180];

    // One row where a follow began or ended on one day, two where the day is not sure. They are summed up once, all together: sums of sums take half as long again.
    private static readonly Sums Scenes = new(
        "wechat.daily_scenes", ["scene"],
        [
            ("new", "begins_surely"), ("returned", "begins_surely and is_return"), ("follows_earliest", "begins_earliest"), ("follows_latest", "begins_latest"),
            ("leaves_earliest", "ends_earliest"), ("leaves_latest", "ends_latest"), ("leaves_sure", "ends_surely"), ("leaves_in_month", "ends_in_month"), .. Lost("begins_surely"),
        ],
        """
        select follow_latest as day, scene, weight, is_return, days_at_least, days_at_most,
               follow_earliest = follow_latest as begins_surely, follow_earliest = follow_latest as begins_earliest, true as begins_latest,
               false as ends_surely, false as ends_earliest, false as ends_latest, false as ends_in_month
        from counted_rows
        union all
        select follow_earliest, scene, weight, is_return, null, null, false, true, false, false, false, false, false from counted_rows where follow_earliest <> follow_latest
        union all
        select leave_latest, scene, weight, is_return, null, null, false, false, false,
               leave_earliest = leave_latest, leave_earliest = leave_latest, true, date_trunc('month', leave_earliest) = date_trunc('month', leave_latest)
        from counted_rows where leave_latest is not null
        union all
        select leave_earliest, scene, weight, is_return, null, null, false, false, false, false, true, false, false from counted_rows where leave_earliest <> leave_latest
        """);

    private static readonly Sums QrCodes = new(
        "wechat.daily_qr_codes", ["qr_scene", "qr_scene_str"],
        [("new", "begins_surely"), ("returned", "begins_surely and is_return"), ("people", "is_current"), ("following", "is_current and subscribe"), .. Lost("begins_surely")],
        """
        select follow_latest as day, qr_scene, qr_scene_str, weight, is_return, is_current, subscribe, days_at_least, days_at_most, follow_earliest = follow_latest as begins_surely
        from counted_rows where qr_scene <> 0 or qr_scene_str <> ''
        """);

    private static readonly Sums Groups = new(
        "wechat.daily_groups", ["groupid"], [("net", "true")],
        "select stored_day as day, groupid, weight from counted_rows where subscribe and groupid is not null");

    private static readonly Sums Tags = new(
        "wechat.daily_tags", ["tag_id"], [("net", "true")],
        "select stored_day as day, tag_id, weight from counted_rows cross join unnest(tagid_list) tag_id where subscribe");

    private static readonly Sums[] All = [Scenes, QrCodes, Groups, Tags];

    /// <summary>Stores the facts of an account that has none: a row that cannot meet another is written in two thirds of the time.</summary>
    public static readonly string Insert = string.Join(";\n", All.Select(sums => sums.Insert));

    /// <summary>Adds to the facts there are.</summary>
    public static readonly string Add = string.Join(";\n", All.Select(sums => sums.Add));

    /// <summary>Adds likewise, and drops the codes by which nobody is left to have come: their texts may say who did.</summary>
    public static readonly string TakeBack = $"{Add};\n{QrCodes.DropEmpty}";

    // Surely gone within the time: the longest the follow may have lasted is not longer. Possibly: the shortest is shorter, or it is surely so.
    private static IEnumerable<(string Column, string Which)> Lost(string which) => Horizons.SelectMany(h => new[]
    {
        (Invariant($"lost_{h}_at_least"), Invariant($"{which} and days_at_most <= {h}")),
        (Invariant($"lost_{h}_at_most"), Invariant($"{which} and (days_at_least < {h} or days_at_most <= {h})")),
    });

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>The rows of one table.</summary>
    private sealed class Sums(string table, string[] keys, (string Column, string Which)[] counts, string rows)
    {
        private readonly string _key = string.Join(", ", keys);

        // In the order of the key, which new rows then enter one behind the other: in the order of a hash that takes twice as long.
        public string Insert =>
            $"""
            insert into {table} as d (app_id, day, {_key}, correction, {string.Join(", ", counts.Select(c => c.Column))})
            select @appId, day, {_key}, coalesce(day <= @saidThrough::date, false), {string.Join(", ", counts.Select(c => $"@sign * {Sum(c.Which)}"))}
            from ({rows}) r
            group by day, {_key}
            having {string.Join(" or ", counts.Select(c => $"{Sum(c.Which)} <> 0"))}
            order by day, {_key}
            """;

        public string Add =>
            $"""
            {Insert}
            on conflict (app_id, day, {_key}, correction) do update
            set {string.Join(", ", counts.Select(c => $"{c.Column} = d.{c.Column} + excluded.{c.Column}"))}
            """;

        /// <summary>Drops the staged keys of which nothing is counted, all days together.</summary>
        public string DropEmpty =>
            $"""
            delete from {table}
            where app_id = @appId and ({_key}) in (
                select {_key} from {table} where app_id = @appId and ({_key}) in (select {_key} from counted_rows)
                group by {_key} having {string.Join(" and ", counts.Select(c => $"sum({c.Column}) = 0"))})
            """;

        private static string Sum(string which) => $"coalesce(sum(weight) filter (where {which}), 0)";
    }
}
