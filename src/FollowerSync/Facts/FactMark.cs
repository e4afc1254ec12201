namespace FollowerSync.Facts;

/// <summary>How far the daily facts of an account are counted.</summary>
/// <param name="KnownFrom">When the account's first complete run began.</param>
/// <param name="CompleteAsOf">Until when the facts are true.</param>
/// <param name="StoredThrough">Rows changed until then were stored when the newest complete run ended.</param>
/// <param name="CountedThrough">Rows changed until then are counted; null = all is to be counted anew.</param>
internal sealed record FactMark(DateTimeOffset KnownFrom, DateTimeOffset CompleteAsOf, DateTimeOffset StoredThrough, DateTimeOffset? CountedThrough);
