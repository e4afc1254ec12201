using FollowerSync.Accounts;

namespace FollowerSync.Scheduling;

/// <summary>Renews the access token of an account when it expires within <c>Token:RefreshBefore</c>; does nothing otherwise.</summary>
internal delegate Task RefreshTokenIfDue(AccountOptions account, CancellationToken cancellationToken);
