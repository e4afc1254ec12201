using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Import;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary><c>import</c>: puts the openids of an old system into the inbox.</summary>
internal sealed class ImportVerb(CommandContext context, BuildHost buildHost)
{
    // Where the text of a line begins, behind its number.
    private const int TextColumn = 14;

    private const int LongestSource = 200;
    private const int Shown = 20;
    private const int PeopleACall = 100;

    private readonly Argument<string> _file = new("FILE") { Description = context.Say("Openids, one a line or as a CSV; - reads them from stdin.") };
    private readonly Option<string> _account = new("--account") { Description = context.Say("Account they belong to."), HelpName = "NAME|APPID", Required = true };
    private readonly Option<string?> _source = new("--source") { Description = context.Say("What they come from, to be kept with them."), HelpName = "TEXT" };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the result as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("import", context.Say("Puts the openids of an old system into the inbox, for WeChat to be asked about."))
        {
            Examples =
            [
                ("followersync import people.txt --account brand --source \"CRM 2021\"", "a list"),
                ("gunzip -c people.csv.gz | followersync import - --account brand", "from stdin"),
            ],
            Notes =
            [
                "FILE has an openid a line, or is a CSV: its column \"openid\" is taken where the first line names one, else the first column. An openid has 20 to 64 letters, digits, - and _; case counts. Marks, quotes and blanks around it and empty lines are passed over.",
                "A file makes nobody a follower: the next runs ask WeChat about everybody in the inbox, within the day's quota, and store who follows. A broken import can be made again without harm. Lines that hold no openid are named by their numbers; exit code 3 then.",
            ],
            Json = "{ account, lines, accepted, duplicates, in_inbox, already_followers, refused, refused_lines: [ { line, reason } ], calls }\n"
                + $"lines is the sum of the five after it; refused_lines has the first {ImportTally.MostNamed}.",
        };
        verb.Add(_file);
        verb.Add(_account);
        verb.Add(_source);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? source = Source(parsed.GetValue(_source));
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
        AccountOptions account = AccountSelection.Of(settings.Accounts, parsed.GetValue(_account))[0];
        await using Stream file = ImportSource.Open(parsed.GetValue(_file)!);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireWritableAsync(cancellationToken);

        OpenIdImport import = new(host.Services.GetRequiredService<FollowerDatabase>());
        long? length = ImportSource.LengthOf(file);
        ImportTally tally = await new AdvanceBar(context).ShowAsync(
            "reading",
            shown => import.RunAsync(account.AppId, file, source, new AdvanceOf<ImportProgress>(shown, progress => Say(progress, length)), cancellationToken));
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, ImportReport.Of(account, tally));
        else
            context.Tell(Sentence.Join("\n", Describe(ImportReport.Of(account, tally))), hang: 4);
        return tally.Refused > 0 ? ExitCodes.Partial : ExitCodes.Succeeded;
    }

    private static string? Source(string? text)
    {
        string? source = string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        return source is null || (source.Length <= LongestSource && !source.Any(char.IsControl))
            ? source : throw new UsageException($"--source takes a text of up to {LongestSource} letters on one line.");
    }

    private static Advance Say(ImportProgress progress, long? length) =>
        new($"{progress.Lines:N0} lines", progress.Bytes, length);

    private static IEnumerable<Sentence> Describe(ImportReport report)
    {
        yield return $"{report.Account}: {report.Lines:N0} lines with something in them";
        yield return HeldText.Count(report.Accepted, "put into the inbox", TextColumn);
        yield return HeldText.Count(report.Duplicates, "twice in the file", TextColumn);
        yield return HeldText.Count(report.InInbox, "in the inbox since an earlier import", TextColumn);
        yield return HeldText.Count(report.AlreadyFollowers, "follow already, as far as is stored: nothing to ask", TextColumn);
        yield return HeldText.Count(report.Refused, "refused", TextColumn);
        foreach (RefusedLine line in report.RefusedLines.Take(Shown))
            yield return ((Sentence)$"line {line.Line}: {line.Reason}").With(text => "  " + text);
        if (report.Refused > Shown)
            yield return ((Sentence)$"and {report.Refused - Shown:N0} more (--json names {ImportTally.MostNamed})").With(text => "  " + text);
        yield return report.Accepted == 0
            ? (Sentence)"Nobody new is to be asked about."
            : $"The next runs ask WeChat about the {report.Accepted:N0}, which takes {report.Calls:N0} calls, within the day's quota. Who follows is stored then; nobody is a follower by the file's word.";
    }

    private sealed record ImportReport(
        string Account, long Lines, long Accepted, long Duplicates, long InInbox, long AlreadyFollowers, long Refused, IReadOnlyList<RefusedLine> RefusedLines, long Calls)
    {
        public static ImportReport Of(AccountOptions account, ImportTally tally) => new(
            account.DisplayName, tally.Lines, tally.Accepted, tally.Duplicates, tally.InInbox, tally.AlreadyFollowers, tally.Refused, tally.RefusedLines,
            (tally.Accepted + PeopleACall - 1) / PeopleACall);
    }
}
