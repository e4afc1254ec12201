using FollowerSync.Sync.Asking;

namespace FollowerSync.Sync.Arriving;

/// <summary>A page of the inbox.</summary>
/// <param name="IsFull">Whether more may follow at once.</param>
/// <param name="Batches">Whom to ask about, in batches; none when nobody of the page needs a question.</param>
internal sealed record ArrivalPage(bool IsFull, IReadOnlyList<Ask[]> Batches);
