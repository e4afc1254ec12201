using FollowerSync.Accounts;

namespace FollowerSync.Scheduling;

/// <summary>Closes what a dead process left running of the account.</summary>
internal delegate Task AbandonDeadRuns(AccountOptions account, CancellationToken cancellationToken);
