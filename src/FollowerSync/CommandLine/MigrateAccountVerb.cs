using System.CommandLine;
using FollowerSync.AccountMigration;
using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Sync;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.CommandLine;

/// <summary><c>migrate-account</c>: finds out what the openids of a migrated account are at the new one.</summary>
internal sealed class MigrateAccountVerb(CommandContext context, BuildHost buildHost)
{
    // Where the text of a line begins, behind its number.
    private const int TextColumn = 14;

    private readonly Option<string> _from = new("--from") { Description = context.Say("The old account; it need not be in the settings any more."), HelpName = "APPID", Required = true };
    private readonly Option<string> _to = new("--to") { Description = context.Say("The new account, of the settings."), HelpName = "APPID|NAME", Required = true };
    private readonly Option<string?> _originalId = new("--original-id") { Description = context.Say("Original ID of the old account (gh_…), where WeChat answers 63178 to its AppID."), HelpName = "ID" };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the result as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("migrate-account", context.Say("Asks WeChat what the openids of an account are after its migration to another one."))
        {
            Examples = [("followersync migrate-account --from wx1111111111111111 --to wx2222222222222222", "within 15 days after the migration")],
            Notes =
            [
                "Sync the old account a last time before the migration: WeChat lists its people only until then, and answers for 15 days after it. Everybody who is stored of the old account is asked about, a hundred in a call, within the day's quota. Run it again to go on where it stopped. The answers stand in wechat.openid_changes; wechat.people then has one row for a person in both accounts.",
            ],
            Json = "{ from, to, people, mapped, unknown, open, left, calls, error }; unknown = no followers of the old account any more, as WeChat\n"
                + "has it; open = asked about again next time.",
        };
        foreach (Option option in (Option[])[_from, _to, _originalId, _json])
            verb.Add(option);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
        AccountOptions to = AccountSelection.Of(settings.Accounts, parsed.GetValue(_to))[0];
        string from = FindOld(settings.Accounts, parsed.GetValue(_from)!, to);
        IHost host = await buildHost(settings, HostParts.Sync, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;

        SyncOptions sync = host.Services.GetRequiredService<IOptions<SyncOptions>>().Value;
        MigrationOrder order = new(from, to, parsed.GetValue(_originalId), sync.BatchesInFlight, sync.QuotaReservePercent);
        MigrationRun run = host.Services.GetRequiredService<MigrationRun>();
        MigrationOutcome outcome = await new AdvanceBar(context).ShowAsync(
            "counting", shown => run.RunAsync(order, new AdvanceOf<MigrationTally>(shown, Say), cancellationToken));
        MigrationReport report = MigrationReport.Of(order, outcome, context);
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, report);
        else
            context.Tell(Sentence.Join("\n", Describe(report)).With(context.Mask.Mask), hang: 4);
        return ExitCodeOf(outcome);
    }

    private static string FindOld(IReadOnlyList<AccountOptions> accounts, string wanted, AccountOptions to)
    {
        string from = AppIdAttribute.IsAppId(wanted) ? wanted
            : accounts.FirstOrDefault(account => string.Equals(account.DisplayName, wanted, StringComparison.OrdinalIgnoreCase))?.AppId
            ?? throw new UsageException("--from takes the AppID of the old account (wx and 16 hexadecimal digits), or its name in the settings.");
        return from != to.AppId ? from : throw new UsageException("--from and --to name the same account.");
    }

    private static int ExitCodeOf(MigrationOutcome outcome) => outcome switch
    {
        { Failure: { Reaction: Reaction.QuotaSpent } } => ExitCodes.Partial,
        { Failure: { } failure } => ErrorMessage.ExitCodeOf(failure),
        _ => outcome.Tally.Open > 0 ? ExitCodes.Partial : ExitCodes.Succeeded,
    };

    private static Advance Say(MigrationTally tally) =>
        new($"asked about {tally.Asked:N0} of {tally.People:N0} people", tally.Asked, tally.People);

    private static IEnumerable<Sentence> Describe(MigrationReport report)
    {
        yield return $"{report.From} to {report.To}: {report.People:N0} people to ask about, {report.Calls:N0} calls";
        yield return HeldText.Count(report.Mapped, "have a new openid", TextColumn);
        yield return HeldText.Count(report.Unknown, "no followers of the old account any more, as WeChat has it", TextColumn);
        yield return HeldText.Count(report.Open, "without an answer that can be used: asked about again next time", TextColumn);
        yield return HeldText.Count(report.Left, "not asked about", TextColumn);
        if (report.Error is null)
            yield break;
        yield return report.Error;
        yield return "What was answered is stored; the same command goes on from there.";
    }

    private sealed record MigrationReport(string From, string To, long People, long Mapped, long Unknown, long Open, long Left, long Calls, Sentence? Error)
    {
        public static MigrationReport Of(MigrationOrder order, MigrationOutcome outcome, CommandContext context) => new(
            order.FromAppId, order.To.DisplayName, outcome.Tally.People, outcome.Tally.Mapped, outcome.Tally.Unknown, outcome.Tally.Open,
            Math.Max(0, outcome.Tally.People - outcome.Tally.Asked), outcome.Calls,
            outcome.Failure is { } failure ? context.Shown(failure.Text) : null);
    }
}
