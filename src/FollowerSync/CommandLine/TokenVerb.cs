using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Languages;
using FollowerSync.Sharing;
using FollowerSync.Status;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.CommandLine;

/// <summary><c>token</c>: where the access tokens stand and who gets them, from the database alone.</summary>
internal sealed class TokenVerb(CommandContext context, BuildHost buildHost)
{
    // Where the text of a line begins, behind its label.
    private const int TextColumn = 13;

    private readonly Option<string?> _account = new("--account") { Description = context.Say("Only this account: its name or AppId."), HelpName = "NAME" };
    private readonly Option<bool> _show = new("--show") { Description = context.Say("Write the token itself, too. Whoever has it can act as the account.") };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the answer as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("token", context.Say("Shows where access tokens stand and which other programs get them."))
        {
            Examples =
            [
                ("followersync token", "source, age and end of every token, mirrors, clients of the token service"),
                ("followersync token --account NAME --show", "with the token, for a call by hand"),
                ("followersync token --account NAME --show --json | jq -r '.accounts[0].access_token'", "for scripts; programs rather ask the token service"),
            ],
            Notes =
            [
                "WeChat is not asked and nothing is fetched: \"followersync check\" does that. With --show it exits with 1 when no token that works is stored.",
            ],
            Json = "{ accounts: [ { app_id, name, source, obtained_at, expires_at, seconds_left, mirrors: [ { mirror, written_at, failing_since, reason } ],\n"
                + "  clients: [ name ], access_token (with --show) } ] }",
        };
        verb.Add(_account);
        verb.Add(_show);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
        IReadOnlyList<AccountOptions> accounts = AccountSelection.Of(settings.Accounts, parsed.GetValue(_account));
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        bool shows = parsed.GetValue(_show);
        TokenReport report = await ReadAsync(host.Services, accounts, shows, cancellationToken);
        if (shows)
            context.Complain("Whoever has a token can act as the account until the token ends. Do not leave it in files, logs or the history of a shell.");
        await (parsed.GetValue(_json) ? shows ? JsonOutput.WriteSecretAsync(context, report) : JsonOutput.WriteAsync(context, report)
            : WriteAsync(report, new ZonedTime(ZonedTime.ScheduleOf(settings.Configuration))));
        return shows && report.Accounts.Any(account => account.AccessToken is null) ? ExitCodes.Failed : ExitCodes.Succeeded;
    }

    private static async Task<TokenReport> ReadAsync(IServiceProvider services, IReadOnlyList<AccountOptions> accounts, bool shows, CancellationToken cancellationToken)
    {
        TokenStatusReader reader = services.GetRequiredService<TokenStatusReader>();
        TokenClients clients = services.GetRequiredService<TokenClients>();
        DateTimeOffset now = await services.GetRequiredService<FollowerDatabase>().RunAsync(DatabaseClock.ReadAsync, cancellationToken);
        List<AccountTokenReport> reports = [];
        foreach (AccountOptions account in accounts)
        {
            (AccessToken? token, TokenStatus? status) = await reader.ReadAsync(account, now, cancellationToken);
            reports.Add(new AccountTokenReport(
                account.AppId, account.DisplayName, account.TokenSource, status?.ObtainedAt, status?.ExpiresAt, status?.SecondsLeft,
                await reader.ReadMirrorsAsync(account, cancellationToken), clients.Of(account.AppId), shows && status?.SecondsLeft > 0 ? token!.Value : null));
        }

        return new TokenReport(reports);
    }

    private Task WriteAsync(TokenReport report, ZonedTime time)
    {
        foreach (AccountTokenReport account in report.Accounts)
        {
            Tell(Sentence.Foreign(account.Name == account.AppId ? account.AppId : $"{account.Name} ({account.AppId})"));
            Line("source", Sentence.Foreign(account.Source.ToString()));
            Line("token", account switch
            {
                { SecondsLeft: null } => (Sentence)"none stored",
                { SecondsLeft: 0 } => $"ended {time.Of(account.ExpiresAt!.Value)}",
                _ => $"valid for {DurationText.Of(TimeSpan.FromSeconds(account.SecondsLeft.Value))}, from {time.Of(account.ObtainedAt!.Value)} to {time.Of(account.ExpiresAt!.Value)}",
            });
            foreach (MirrorState mirror in account.Mirrors)
                Line("mirror", MirrorText.Of(mirror, time));
            if (account.Clients.Count > 0)
                Line("service", $"gives it to {string.Join(", ", account.Clients)}");
            if (account.AccessToken is { } token)
                context.Output.WriteLine(context.Say(Labelled("value", Sentence.Foreign(token))));
        }

        return Task.CompletedTask;
    }

    private void Line(Sentence label, Sentence text) => Tell(Labelled(label, text));

    private static Sentence Labelled(Sentence label, Sentence text) => Sentence.Join(" ", [TextFold.Padded(label.With(word => "  " + word), TextColumn - 1), text]);

    private void Tell(Sentence line) => context.Tell(context.Shown(line), TextColumn);
}
