using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Nodes;
using FollowerSync.Privacy;
using FollowerSync.Settings;
using FollowerSync.Sync;
using FollowerSync.Web;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;

namespace FollowerSync.CommandLine.Checks;

/// <summary><c>check</c>: tests everything a sync needs and says what to do about what lacks.</summary>
internal sealed class CheckVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the result as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("check", context.Say("Tests settings, database, token and permissions, with the remedy for what lacks."))
        {
            Examples = [("followersync check", "a line for each prerequisite"), ("followersync check --json | jq '.checks[] | select(.mark == \"failed\")'", "for scripts")],
            Notes =
            [
                "It changes nothing but these: a new database gets its schema (unless Database:MigrateOnStart is false), and a token is fetched and stored when none is valid, and written to Token:Mirrors. Warnings leave the exit code 0.",
            ],
            Json = "{ exit_code, checks: [ { name, account, mark: ok|warning|failed|skipped, text } ] }",
        };
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        bool json = parsed.GetValue(_json);
        CheckList list = new(context, quiet: json);
        try
        {
            await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
            list.Ok("settings", $"{settings.Accounts.Count} account(s): {string.Join(", ", settings.Accounts.Select(account => account.DisplayName))}");
            new ExposureChecks(list).Run(settings.Configuration, settings.ExposedFiles);
            await RunAsync(settings, list, cancellationToken);
        }
        catch (SettingsException exception)
        {
            list.Failed("settings", exception);
            list.Skipped("database and WeChat", "need right settings");
        }

        CheckReport report = list.Report;
        if (json)
            await JsonOutput.WriteAsync(context, report);
        list.Close();
        return report.ExitCode;
    }

    private async Task RunAsync(VerbSettings settings, CheckList list, CancellationToken cancellationToken)
    {
        IHost host = await buildHost(settings, HostParts.Services, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        bool isDatabaseReady = await new DatabaseChecks(list).RunAsync(host.Services, cancellationToken);
        if (isDatabaseReady)
        {
            await new NodeChecks(list, host.Services.GetRequiredService<NodeStore>()).RunAsync(host.Services.GetRequiredService<OwnNode>(), FollowerSyncSettings.FingerprintOf(settings.Configuration), cancellationToken);
            await AccountsAsync(host.Services, settings.Accounts, list, cancellationToken);
            await new SharingChecks(list, host.Services).RunAsync(settings.Accounts, PageOf(settings.Configuration), cancellationToken);
        }
        else
        {
            foreach (AccountOptions account in settings.Accounts)
                list.Skipped("WeChat", "needs the database, where the token is kept", account.DisplayName);
        }

        await PrivacyCheck.RunAsync(settings.Configuration, isDatabaseReady ? host.Services.GetRequiredService<HashKeyStore>() : null, list, cancellationToken);
        new OAuthCheck(list).Run(settings.Configuration);
        Page(settings.Configuration, list);
        await new SignInCheck(list, context.Time).RunAsync(PageOf(settings.Configuration), cancellationToken);
        new AlertCheck(list).Run(settings.Configuration, settings.Accounts);
        await new ArrivalChecks(list, settings.Configuration, host.Services.GetRequiredService<ILoggerFactory>(), context.Time).RunAsync(cancellationToken);
    }

    private async Task AccountsAsync(IServiceProvider services, IReadOnlyList<AccountOptions> accounts, CheckList list, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<AccessTokenStore>().RegisterAllAsync(cancellationToken);
        WeChatClients clients = services.GetRequiredService<WeChatClients>().Once();
        AccessTokenStore tokens = services.GetRequiredService<AccessTokenStore>();
        SyncOptions sync = services.GetRequiredService<IOptions<SyncOptions>>().Value;
        FollowerDatabase database = services.GetRequiredService<FollowerDatabase>();
        DateTimeOffset now = await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken);
        foreach (AccountOptions account in accounts)
        {
            await new AccountChecks(list, account, clients.For(account), tokens, sync, now).RunAsync(cancellationToken);
            if (await services.GetRequiredService<TokenConflicts>().FindOtherSourceAsync(account, cancellationToken) is { } other)
                list.Warning("token source", other, account.DisplayName);
        }

        ClusterOptions cluster = services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        ClockChecks clocks = new(list, context.Time, cluster.Enabled);
        clocks.AgainstWeChat(services.GetRequiredService<WeChatTransport>().ClockSkew);
        await clocks.AgainstAsync(database, cancellationToken);
    }

    private static StatusPageOptions PageOf(IConfiguration configuration) =>
        configuration.GetSection(StatusPageOptions.Section).Get<StatusPageOptions>() ?? new StatusPageOptions();

    private static void Page(IConfiguration configuration, CheckList list)
    {
        StatusPageOptions options = PageOf(configuration);
        if (options.Url.Length == 0)
            list.Ok("status page", "none");
        else if (LocalPort.Obstacle(new Uri(options.Url)) is { } obstacle)
            list.Warning("status page", $"{options.Url}: {obstacle}. If that is not the running worker, set StatusPage:Url to a free port, or to nothing.");
        else
            list.Ok("status page", Sentence.Foreign(options.Url));
    }
}
