using FollowerSync.Arrivals;

namespace FollowerSync.Push;

/// <summary>What a request says: an arrival to be stored, or why there is none.</summary>
/// <param name="Outcome"><see cref="PushOutcome.Stored"/> for an arrival that is still to be stored.</param>
/// <param name="Arrival">The arrival; null for every other outcome.</param>
internal readonly record struct PushVerdict(PushOutcome Outcome, Arrival? Arrival)
{
    public static implicit operator PushVerdict(PushOutcome outcome) => new(outcome, null);
}
