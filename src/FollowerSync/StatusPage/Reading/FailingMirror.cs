using FollowerSync.Accounts;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Sharing;

namespace FollowerSync.StatusPage.Reading;

/// <summary>A cache that other programs take an account's token from, and that cannot be written.</summary>
internal sealed record FailingMirror
{
    private const string Sql =
        """
        select app_id, mirror, failing_since, reason from followersync.token_mirrors
        where failing_since is not null and app_id = any(@appIds) and mirror = any(@names)
        order by mirror, failing_since, app_id
        """;

    public string AppId { get; init; } = "";

    public string Mirror { get; init; } = "";

    public DateTimeOffset FailingSince { get; init; }

    public Sentence Reason { get; init; } = Sentence.Empty;

    /// <summary>A sentence for each of the mirrors of the settings that fails, whatever the number of accounts.</summary>
    public static async Task<IEnumerable<Sentence>> TellAsync(Transaction tx, TokenMirrors mirrors, IEnumerable<AccountOptions> accounts)
    {
        Dictionary<string, string> whose = accounts.Where(TokenMirror.Takes).ToDictionary(account => account.AppId, account => account.DisplayName, StringComparer.Ordinal);
        string[] names = [.. mirrors.All.Select(mirror => mirror.Name)];
        return names.Length == 0 ? [] : from failing in await tx.ReadAllAsync<FailingMirror>(Sql, new { appIds = whose.Keys.ToArray(), names })
                                        group failing by failing.Mirror into one
                                        select one.First().TellOf(one.Count() == 1 ? Sentence.Foreign(whose[one.First().AppId]) : (Sentence)$"{one.Count()} accounts");
    }

    private Sentence TellOf(Sentence whose) =>
        $"{whose}: other programs do not get new tokens from {(Sentence)$"{Mirror}, which cannot be written since {BeijingTime.Of(FailingSince)}: {Reason}"}";
}
