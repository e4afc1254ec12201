using FollowerSync.Accounts;

namespace FollowerSync.CommandLine;

/// <summary>The accounts <c>--account</c> means.</summary>
internal static class AccountSelection
{
    /// <exception cref="UsageException">No account has that name or AppId.</exception>
    public static IReadOnlyList<AccountOptions> Of(IReadOnlyList<AccountOptions> accounts, string? wanted)
    {
        if (wanted is null)
            return accounts;
        AccountOptions? account = accounts.FirstOrDefault(candidate => Is(candidate.AppId, wanted)) ?? accounts.FirstOrDefault(candidate => Is(candidate.DisplayName, wanted));
        return account is not null
            ? [account]
            : throw new UsageException($"There is no account \"{wanted}\". Accounts in the settings: {string.Join(", ", accounts.Select(Describe))}.");
    }

    private static string Describe(AccountOptions account) => account.Name.Length > 0 ? $"{account.Name} ({account.AppId})" : account.AppId;

    private static bool Is(string name, string wanted) => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase);
}
