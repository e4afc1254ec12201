namespace FollowerSync.Scheduling;

/// <summary>Whether WeChat refuses this machine's address for the account, and there is another node that may run it.</summary>
internal delegate Task<bool> IsRefusedHere(string appId, CancellationToken cancellationToken);
