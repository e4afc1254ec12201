using FollowerSync.Accounts;
using FollowerSync.Languages;

namespace FollowerSync.AccountMigration;

/// <summary>Which account was migrated to which.</summary>
/// <param name="FromAppId">AppID of the old account; the settings need not know it.</param>
/// <param name="To">The new account, which is asked.</param>
/// <param name="OriginalId">What WeChat is to be told as the old account, where its AppID does not do; null = the AppID.</param>
/// <param name="CallsInFlight">Calls under way at once.</param>
/// <param name="QuotaReservePercent">Share of the daily limit that is left to other systems, 0 to 100.</param>
internal sealed record MigrationOrder(string FromAppId, AccountOptions To, string? OriginalId, int CallsInFlight, double QuotaReservePercent)
{
    /// <summary>What WeChat is told.</summary>
    public string From => OriginalId ?? FromAppId;
}

/// <summary>There is nothing that could be asked. The message says why and what to do.</summary>
internal sealed class MigrationOrderException(Sentence text) : SentenceException(text);
