using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What must not be found after any run: secrets and tokens in a table or an output, and what belongs to a person anywhere but in its columns.</summary>
internal sealed class Secrecy(WeChatEmulator wechat, CrashingPostgres postgres, TruthHistory truth)
{
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal) { wechat.Account.AppSecret };

    /// <summary>Every secret and token there was.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>Every leak.</summary>
    /// <param name="output">What the workers of the run wrote.</param>
    public async Task<IReadOnlyList<string>> LeaksAsync(string output)
    {
        _secrets.Add(wechat.Account.AppSecret);
        _secrets.UnionWith(wechat.Account.Tokens.Recent);
        _secrets.Add(postgres.Password);
        await using NpgsqlConnection connection = await postgres.OpenAsync();
        IReadOnlyList<ColumnText> texts = await EverywhereSearch.TextsAsync(connection);
        return
        [
            .. EverywhereSearch.Find(texts, _secrets)
                .Where(place => !place.StartsWith("followersync.access_tokens.access_token:", StringComparison.Ordinal)).Select(place => $"secret in a table: {place}"),
            .. _secrets.Where(secret => output.Contains(secret, StringComparison.Ordinal)).Select(secret => $"secret in an output: {secret}"),
            .. PersonalSearch.Find(wechat.Account.Everyone(), truth.Nicknames, output, texts),
        ];
    }
}
