namespace FollowerSync.Arrivals;

/// <summary>An arrival's place in the order in which the inbox is drained.</summary>
/// <param name="IsImport">Imports come behind all others.</param>
/// <param name="ArrivalId">Its number.</param>
/// <param name="OpenId">The person; empty for an event that names none.</param>
internal readonly record struct ArrivalPlace(bool IsImport, long ArrivalId, string OpenId)
{
    /// <summary>Before all of them.</summary>
    public static readonly ArrivalPlace Start = new(IsImport: false, ArrivalId: 0, "");
}
