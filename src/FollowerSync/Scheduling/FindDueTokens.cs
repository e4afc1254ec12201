using FollowerSync.Accounts;

namespace FollowerSync.Scheduling;

/// <summary>Which of the accounts need another access token, or soon will.</summary>
internal delegate Task<IReadOnlyList<AccountOptions>> FindDueTokens(IReadOnlyCollection<AccountOptions> accounts, CancellationToken cancellationToken);
