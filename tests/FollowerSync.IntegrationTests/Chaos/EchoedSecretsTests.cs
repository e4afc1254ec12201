using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Tests.Logging;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Errors;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>Whatever an answer repeats of secrets, tokens and people stands in no table, no line of the log and no output.</summary>
public sealed class EchoedSecretsTests
{
    private const string AppId = "wx00000000000000ec";
    private const string EchoingTokens = "/tokens";
    private const string HashKey = "a+hash/key=of9the8tests7not6of5people";

    private static readonly string[] Untold = [.. EchoingWeChat.Secrets, .. EchoingWeChat.Personal, .. EchoingWeChat.People, HashKey];

    // All that is data and no text about how something went; access_tokens is the one place of tokens.
    private const string ErrorTextsSql =
        """
        select string_agg(t, E'\n') from (
            select concat_ws(' ', error, error_en) as t from wechat.sync_runs union all select array_to_string(reason, ' ') from followersync.listings union all select array_to_string(why, ' ') from followersync.account_readings
            union all select array_to_string(reason, ' ') from followersync.api_stops union all select concat(errmsg, ' ', rid) from followersync.rejected_openids
            union all select not_read from wechat.freshness) e
        """;

    [Theory]
    [InlineData(nameof(TokenSource.Stable), 1)]
    [InlineData(nameof(TokenSource.Classic), 2)]
    [InlineData(nameof(TokenSource.External), 3)]
    public async Task No_error_of_any_api_repeats_what_an_answer_said(string source, int seed)
    {
        await using EchoingWeChat wechat = await EchoingWeChat.StartAsync(seed);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 }, options => { options.BaseAddress = wechat.Address; options.Retries = 0; });
        account.Account.AppSecret = EchoingWeChat.AppSecret;
        account.Account.TokenBearer = EchoingWeChat.Bearer;
        account.Account.TokenSource = Enum.Parse<TokenSource>(source);
        account.Account.TokenAddress = new Uri(wechat.Address, "/tokens");
        account.Token.ReplaceInterval = TimeSpan.Zero;
        DateOnly day = new(2026, 11, 20);
        List<Func<WeChatClient, Task>> calls =
        [
            client => client.ListOpenIdsAsync("", default),
            client => client.GetProfilesAsync(EchoingWeChat.People, default),
            client => client.GetProfileAsync(EchoingWeChat.People[0], default),
            client => client.GetGroupsAsync(default),
            client => client.GetTagsAsync(default),
            client => client.ListBlacklistAsync("", default),
            client => client.GetUserSummaryAsync(day, day, default),
            client => client.GetUserCumulateAsync(day, day, default),
            client => client.GetQuotaAsync(WeChatApi.UserGet, default),
        ];

        for (int round = 0; round < 240; round++)
        {
            bool token = round % 10 == 9;
            wechat.IsSpoiled = path => IsToken(path) == token;
            if (token)
                await account.Tables.ExecuteAsync("delete from followersync.access_tokens");
            Exception? error = await Record.ExceptionAsync(() => token ? account.NewTokens().GetAsync(account.NewCalls(), default).AsTask() : calls[round % calls.Count](account.NewClient()));
            if (error is not null)
                ShouldTellNothing(error.ToString(), $"round {round}");
        }

        wechat.Spoiled.ShouldBeGreaterThan(200);
    }

    [Theory]
    [InlineData(nameof(TokenSource.Stable), "Text", 11)]
    [InlineData(nameof(TokenSource.Classic), "Json", 12)]
    [InlineData(nameof(TokenSource.External), "Text", 13)]
    public async Task No_table_log_or_output_of_a_verb_repeats_what_an_answer_said(string source, string format, int seed)
    {
        await using EchoingWeChat wechat = await EchoingWeChat.StartAsync(seed);
        await using TestDatabase database = await TestDatabase.CreateAsync();
        Dictionary<string, string> settings = Settings(wechat, database, source, format);
        List<string> outputs = [await InvokeAsync(settings, "sync")];
        (await database.ReadAsync<long>("select count(*) from wechat.followers where nickname is not null")).ShouldBe(3);

        string json = "";
        foreach (Func<string, bool> spoiled in new Func<string, bool>[] { IsToken, path => path.EndsWith("/user/get", StringComparison.Ordinal), IsUser, path => !IsToken(path) && !IsUser(path) })
        {
            wechat.IsSpoiled = spoiled;
            foreach (string verb in new[] { "sync", "check", "plan" })
            {
                json = json.Length == 0 ? " --json" : "";
                if (spoiled(EchoingTokens))
                    await database.ExecuteAsync("delete from followersync.access_tokens");
                outputs.Add(await InvokeAsync(settings, verb + json));
            }
        }

        foreach (string verb in new[] { "status", "status --json", "export --table sync_runs", "export --view freshness", "approve 1 --json" })
            outputs.Add(await InvokeAsync(settings, verb));

        wechat.Spoiled.ShouldBeGreaterThanOrEqualTo(20);
        ShouldTellNothing(await database.ReadAsync<string>(ErrorTextsSql), "the texts of the tables");
        foreach (string output in outputs)
            ShouldTellNothing(output, "an output");
        string[] forms = [.. EchoingWeChat.Secrets.Append(HashKey).Append(Password(database)).SelectMany(EncodedText.FormsOf).Distinct(StringComparer.Ordinal)];
        (await EverywhereSearch.FindAsync(database, forms)).Where(place => !place.StartsWith("followersync.access_tokens.access_token:", StringComparison.Ordinal)).ShouldBeEmpty();
        (await database.ReadAsync<long>("select count(*) from wechat.sync_runs where error is not null")).ShouldBeGreaterThan(1);
    }

    private static bool IsToken(string path) => path.Contains("token", StringComparison.Ordinal);

    private static bool IsUser(string path) => path.Contains("/user/", StringComparison.Ordinal);

    private static void ShouldTellNothing(string text, string where)
    {
        EncodedText.LeaksOf(Untold, text).ShouldBeEmpty($"{where}: {text}");
        text.ShouldNotContain("\u001b");
        text.ShouldNotContain("forged");
    }

    private static string Password(TestDatabase database) => new NpgsqlConnectionStringBuilder(database.ConnectionString).Password ?? "no password";

    private static async Task<string> InvokeAsync(Dictionary<string, string> settings, string verb)
    {
        await using FollowerSyncProcess process = FollowerSyncProcess.Start(settings, verb.Split(' '));
        await process.WaitAsync();
        return process.Output + process.Error;
    }

    private static Dictionary<string, string> Settings(EchoingWeChat wechat, TestDatabase database, string source, string format)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__FollowerSync"] = database.ConnectionString,
            ["Database__Retries"] = "0",
            ["WeChat__BaseAddress"] = wechat.Address.GetLeftPart(UriPartial.Authority),
            ["WeChat__Retries"] = "0",
            ["WeChat__RetryDelay"] = "00:00:00.010",
            ["WeChat__Accounts__0__Name"] = "Brand",
            ["WeChat__Accounts__0__AppId"] = AppId,
            ["WeChat__Accounts__0__AppSecret"] = EchoingWeChat.AppSecret,
            ["WeChat__Accounts__0__TokenSource"] = source,
            ["WeChat__Accounts__0__TokenAddress"] = new Uri(wechat.Address, "/tokens").ToString(),
            ["WeChat__Accounts__0__TokenBearer"] = EchoingWeChat.Bearer,
            ["Token__ReplaceInterval"] = "00:00:00",
            ["Privacy__HashKey"] = HashKey,
            ["StatusPage__Url"] = "",
            ["Logging__Format"] = format,
        };
        foreach (string category in new[] { "Default", "FollowerSync", "Microsoft", "System", "Quartz", "Npgsql", "Polly" })
            settings[string.Create(CultureInfo.InvariantCulture, $"Logging__Level__{category}")] = "Verbose";
        return settings;
    }
}
