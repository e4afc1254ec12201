namespace FollowerSync.Scheduling;

/// <summary>Marks the accounts that are none of these as gone from the settings.</summary>
internal delegate Task MarkLeftAccounts(string[] appIds, CancellationToken cancellationToken);
