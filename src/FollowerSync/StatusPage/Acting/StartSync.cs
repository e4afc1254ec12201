using FollowerSync.Accounts;

namespace FollowerSync.StatusPage.Acting;

/// <summary>Begins a run of the account now, in its turn among those that go on.</summary>
internal delegate Task StartSync(AccountOptions account, CancellationToken cancellationToken);
