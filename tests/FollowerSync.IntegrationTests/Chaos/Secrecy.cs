using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What must not be found after any run: secrets and tokens in a table or an output, people's names in a text about how something went.</summary>
internal sealed class Secrecy(WeChatEmulator wechat, CrashingPostgres postgres, TruthHistory truth)
{
    private const string ErrorTextsSql =
        """
        select coalesce(string_agg(t, E'\n'), '') from (
            select error as t from wechat.sync_runs union all select reason from followersync.listings union all select why from followersync.account_readings
            union all select reason from followersync.api_stops union all select concat(errmsg, ' ', rid) from followersync.rejected_openids) e
        """;

    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal) { wechat.Account.AppSecret };

    /// <summary>Every secret and token there was.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>Every leak.</summary>
    /// <param name="output">What the workers of the run wrote.</param>
    public async Task<IReadOnlyList<string>> LeaksAsync(string output)
    {
        _secrets.UnionWith(wechat.Account.Tokens.Recent);
        _secrets.Add(postgres.Password);
        string texts = (string)(await postgres.ReadAsync(ErrorTextsSql))!;
        string[] names = [.. Telling(truth.Nicknames)];
        string[] openIds = [.. wechat.Account.Followers().Select(f => f.OpenId)];
        return
        [
            .. (await EverywhereSearch.FindAsync(async sql => (string[])(await postgres.ReadAsync(sql))!, _secrets))
                .Where(place => !place.StartsWith("followersync.access_tokens.access_token:", StringComparison.Ordinal)).Select(place => $"secret in a table: {place}"),
            .. _secrets.Where(secret => output.Contains(secret, StringComparison.Ordinal)).Select(secret => $"secret in an output: {secret}"),
            .. names.Where(name => output.Contains(name, StringComparison.Ordinal)).Select(name => $"nickname in an output: {name}"),
            .. names.Concat(openIds).Where(value => texts.Contains(value, StringComparison.Ordinal)).Select(value => $"person in an error text: {value}"),
        ];
    }

    /// <summary>Names that cannot stand in a text by chance.</summary>
    private static IEnumerable<string> Telling(IEnumerable<string> nicknames) =>
        nicknames.Where(nickname => nickname.Length >= 3 && nickname.Any(c => c is >= '\u4e00' and <= '\u9fff'));
}
