namespace FollowerSync.Analysts;

/// <summary>Which rows of a relation were stored, changed or closed since a moment. A relation that is not in here cannot tell, and is not asked to:
/// half an answer would look like the whole one.</summary>
/// <remarks>A condition may name rows too many, never too few. <c>@since</c> stands for the moment. Rows that are deleted, as by <c>forget</c>, are gone
/// from every relation and told by none. Of moments before the oldest row of <c>wechat.changes</c> it is not known who came back or what was emptied.</remarks>
internal static class ChangeTimes
{
    private const string Since = "@since";

    // A person who is anonymised moves to another openid with all rows, and back with a return: their own times stay. So they do where columns were emptied.
    private const string Moved =
        $"""
        (select app_id, openid, true from wechat.followers where anonymised_at >= {Since}
         union select app_id, openid, true from wechat.changes where at >= {Since} and kind in ('returned', 'erased'))
        """;

    private static readonly string[] Nobody = [];

    private static readonly string[] Person = ["app_id, openid"];

    private static readonly string[] BothSides = ["from_app_id, old_openid", "to_app_id, new_openid"];

    // By the row's own times, and by the columns that name who may have moved.
    // greatest() leaves out what is null.
    private static readonly Dictionary<string, (string OwnTimes, string[] People)> Conditions = new(StringComparer.Ordinal)
    {
        ["followers"] = ($"greatest(changed_at, blacklist_changed_at) >= {Since}", Person),
        ["follower_versions"] = ($"valid_to >= {Since}", Person),
        ["past_episodes"] = ($"ended_at >= {Since}", Person),
        ["follower_history"] = ($"greatest(valid_from, valid_to) >= {Since}", Person),
        ["follow_episodes"] = ($"changed_at >= {Since}", Person),
        ["scans"] = ($"stored_at >= {Since}", Person),
        ["visitors"] = ($"changed_at >= {Since}", Person),
        ["openid_changes"] = ($"asked_at >= {Since}", BothSides),
        ["changes"] = ($"at >= {Since}", Nobody),
        ["groups"] = ($"greatest(read_at, ended_at) >= {Since}", Nobody),
        ["tags"] = ($"greatest(read_at, list_read_at, ended_at) >= {Since}", Nobody),
        ["datacube_days"] = ($"read_at >= {Since}", Nobody),
        ["identity_conflicts"] = ($"last_seen_at >= {Since}", Nobody),
        // The counts of a run that is not finished change with every merge; when a later run settled what one held, is not told.
        ["sync_runs"] = ($"finished_at is null or greatest(finished_at, approved_at, rejected_at) >= {Since} or status = 'partial' and approved_at is null and rejected_at is null", Nobody),
        ["complete_runs"] = ($"stored_at >= {Since}", Nobody),
    };

    /// <summary>The relations that tell, in the order of their names.</summary>
    public static IEnumerable<string> Relations => Conditions.Keys.Order(StringComparer.Ordinal);

    /// <summary>What stands behind the relation in a <c>from</c>. Who moved is joined, not looked for in a condition: however many they are, each row is met once.</summary>
    /// <exception cref="ExportException">The relation does not tell when a row changed.</exception>
    public static string Selection(string relation, DateTimeOffset since)
    {
        if (!Conditions.TryGetValue(relation, out (string OwnTimes, string[] People) told))
            throw new ExportException(
                $"wechat.{relation} does not tell when a row of it last changed, so --since could leave changed rows out. Leave out --since and export all of it. "
                + $"These tell: {string.Join(", ", Relations)}.");

        IEnumerable<string> joins = told.People.Select((person, i) => $" left join {Moved} m{i} ({person}, moved{i}) using ({person})");
        IEnumerable<string> conditions = told.People.Select((_, i) => $"moved{i}").Prepend(told.OwnTimes);
        return $"{string.Concat(joins)} where {string.Join(" or ", conditions)}"
            .Replace(Since, FormattableString.Invariant($"timestamptz '{since:O}'"), StringComparison.Ordinal);
    }
}
