using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Parts of SQL that look people up in <c>wechat.followers</c> as <c>f</c>, and update them as <c>f</c> from a common table expression <c>changed c</c>.
/// There are two ways, since the one that is fastest on one table cannot be had on a table that is spread.</summary>
/// <param name="Begin">Goes before the statement.</param>
/// <param name="Place">Where the person was found.</param>
/// <param name="Old">The whole row that was found.</param>
/// <param name="Same">Condition: <c>f</c> is the row that <c>c</c> found.</param>
/// <param name="End">Goes behind the statement.</param>
internal sealed record FollowerSearch(string Begin, string Place, string Old, string Same, string End)
{
    /// <summary>One by one by the primary key (lateral, with a limit), and updated where they were found (<c>ctid</c>): without statistics, as on a table just
    /// filled, the planner takes an account for a handful of rows and would walk all of it for every person.</summary>
    public static readonly FollowerSearch Whole = new("", "f.place", "f.old", "f.ctid = c.place", "");

    /// <summary>All in one array, and updated by the key: Citus knows no lateral with a limit, and <c>ctid</c> is another row's in every shard.</summary>
    public static readonly FollowerSearch Spread = new(
        NestedLoops.Off, "f.openid", "f", "f.app_id = @appId and f.openid = c.openid and f.openid = any(array(select openid from changed))", NestedLoops.On);

    /// <summary>Joins the followers among <paramref name="people"/>.</summary>
    /// <param name="people">Alias of a relation with <c>openid</c>.</param>
    /// <param name="columns">Columns of <c>h</c>, the follower, that the statement reads beside the row as a whole.</param>
    public string Join(string people, string columns) => this == Spread
        ? $"join wechat.followers f on f.app_id = @appId and f.openid = {people}.openid"
        : $"cross join lateral (select h.ctid as place, h as old, {columns} from wechat.followers h where h.app_id = @appId and h.openid = {people}.openid limit 1) f";

    /// <summary>First condition beside the join.</summary>
    /// <param name="people">The relation itself.</param>
    public string Among(string people) => this == Spread ? $"f.openid = any(array(select openid from {people}))" : "true";
}
