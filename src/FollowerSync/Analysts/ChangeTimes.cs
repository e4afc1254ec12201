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
        (select app_id, openid from wechat.followers where anonymised_at >= {Since}
         union all select app_id, openid from wechat.changes where at >= {Since} and kind in ('returned', 'erased'))
        """;

    private const string OfMoved = $"(app_id, openid) in {Moved}";

    // greatest() leaves out what is null.
    private static readonly Dictionary<string, string> Conditions = new(StringComparer.Ordinal)
    {
        ["followers"] = $"greatest(changed_at, blacklist_changed_at) >= {Since} or {OfMoved}",
        ["follower_versions"] = $"valid_to >= {Since} or {OfMoved}",
        ["past_episodes"] = $"ended_at >= {Since} or {OfMoved}",
        ["follower_history"] = $"greatest(valid_from, valid_to) >= {Since} or {OfMoved}",
        ["follow_episodes"] = $"changed_at >= {Since} or {OfMoved}",
        ["scans"] = $"stored_at >= {Since} or {OfMoved}",
        ["visitors"] = $"changed_at >= {Since} or {OfMoved}",
        ["openid_changes"] = $"asked_at >= {Since} or (from_app_id, old_openid) in {Moved} or (to_app_id, new_openid) in {Moved}",
        ["changes"] = $"at >= {Since}",
        ["groups"] = $"greatest(read_at, ended_at) >= {Since}",
        ["tags"] = $"greatest(read_at, list_read_at, ended_at) >= {Since}",
        ["datacube_days"] = $"read_at >= {Since}",
        ["identity_conflicts"] = $"last_seen_at >= {Since}",
        // The counts of a run that is not finished change with every merge; when a later run settled what one held, is not told.
        ["sync_runs"] = $"finished_at is null or greatest(finished_at, approved_at, rejected_at) >= {Since} or status = 'partial' and approved_at is null and rejected_at is null",
        ["complete_runs"] = $"stored_at >= {Since}",
    };

    /// <summary>The relations that tell, in the order of their names.</summary>
    public static IEnumerable<string> Relations => Conditions.Keys.Order(StringComparer.Ordinal);

    /// <summary>The condition for a <c>where</c>.</summary>
    /// <exception cref="ExportException">The relation does not tell when a row changed.</exception>
    public static string Condition(string relation, DateTimeOffset since) =>
        Conditions.TryGetValue(relation, out string? condition)
            ? condition.Replace(Since, FormattableString.Invariant($"timestamptz '{since:O}'"), StringComparison.Ordinal)
            : throw new ExportException(
                $"wechat.{relation} does not tell when a row of it last changed, so --since could leave changed rows out. Leave out --since and export all of it. "
                + $"These tell: {string.Join(", ", Relations)}.");
}
