namespace FollowerSync.Database;

/// <summary>Parts of SQL that keep the planner from joining by nested loops for one statement. For joins of thousands of people with what was found of them by
/// <c>openid = any(array(select …))</c>: it takes such an array for ten openids, whatever the table holds, and so looks each up in the index; but whom that
/// finds it takes for one person, and would walk all the others for each of them.</summary>
internal static class NestedLoops
{
    /// <summary>Goes before the statement.</summary>
    public const string Off = "set local enable_nestloop = off;";

    /// <summary>Goes behind the statement: what else the transaction does looks single rows up.</summary>
    public const string On = "; set local enable_nestloop = on";
}
