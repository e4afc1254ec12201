namespace FollowerSync.Scheduling;

/// <summary>Which of the accounts have people in the inbox to ask about now.</summary>
internal delegate Task<IReadOnlyList<string>> FindDueArrivals(string[] appIds, CancellationToken cancellationToken);
