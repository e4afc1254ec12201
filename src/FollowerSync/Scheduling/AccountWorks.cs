using System.Collections.Concurrent;
using FollowerSync.Accounts;

namespace FollowerSync.Scheduling;

/// <summary>Works on accounts side by side: one at a time on each, a few at once.</summary>
/// <param name="most">How many at once; each takes connections of the database.</param>
internal sealed class AccountWorks(int most)
{
    private readonly ConcurrentDictionary<string, Task> _works = new(StringComparer.Ordinal);

    public bool IsBusy(AccountOptions account) => _works.ContainsKey(account.AppId);

    /// <summary>Begins with as many of the accounts as there is room for, none of which is busy; which ones is left to chance, so that nobody is always last.</summary>
    /// <param name="accounts">The accounts.</param>
    /// <param name="work">The work, which throws nothing.</param>
    public void Begin(AccountOptions[] accounts, Func<AccountOptions, Task> work)
    {
        Random.Shared.Shuffle(accounts);
        foreach (AccountOptions account in accounts.Take(most - _works.Count))
            Begin(account, work);
    }

    /// <summary>Waits for the end of all.</summary>
    public Task EndAsync() => Task.WhenAll(_works.Values);

    private void Begin(AccountOptions account, Func<AccountOptions, Task> work)
    {
        var done = new TaskCompletionSource();
        _works[account.AppId] = done.Task;
        _ = Task.Run(
            async () =>
            {
                await work(account);
                _works.TryRemove(account.AppId, out _);
                done.SetResult();
            },
            CancellationToken.None);
    }
}
