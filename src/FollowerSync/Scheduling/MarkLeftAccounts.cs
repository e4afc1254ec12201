namespace FollowerSync.Scheduling;

/// <summary>Marks the accounts that are none of these as gone from the settings, unless somebody else may have them: a worker whose fingerprint lacks this word of ours.</summary>
internal delegate Task MarkLeftAccounts(string[] appIds, string settings, CancellationToken cancellationToken);
