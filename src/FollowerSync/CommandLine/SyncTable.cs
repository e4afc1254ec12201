using System.Globalization;
using FollowerSync.Logging;
using FollowerSync.Runs;
using Spectre.Console;

namespace FollowerSync.CommandLine;

/// <summary>The result of a sync for people: a line an account, and below it what a person must know.</summary>
internal static class SyncTable
{
    // Below this width the columns would be broken into letters.
    private const int TableWidth = 124;

    private static readonly string[] Columns = ["Account", "Status", "WeChat total", "Listed", "Added", "Changed", "Unchanged", "Unsubscribed", "Rejected", "Calls", "Time"];

    public static void Write(CommandContext context, SyncReport report)
    {
        if (context.Console.Profile.Width >= TableWidth)
            context.Console.Write(Wide(report));
        else
            foreach (AccountOutcome outcome in report.Accounts)
                context.Console.Write(Narrow(outcome));

        foreach (AccountOutcome outcome in report.Accounts.Where(outcome => outcome.Error is not null))
            context.Tell(context.Mask.Mask(Printable.Of($"{outcome.Name}: {outcome.Error}")));
    }

    private static Table Wide(SyncReport report)
    {
        Table table = new() { Border = TableBorder.Simple };
        for (int column = 0; column < Columns.Length; column++)
            table.AddColumn(column < 2 ? new TableColumn(Columns[column]).NoWrap() : new TableColumn(Columns[column]).RightAligned().NoWrap());
        foreach (AccountOutcome outcome in report.Accounts)
            table.AddRow(Cells(outcome).Select(cell => new Text(cell)));
        return table;
    }

    private static Table Narrow(AccountOutcome outcome)
    {
        Table table = new Table { Border = TableBorder.Simple }.HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach ((string column, string cell) in Columns.Zip(Cells(outcome)))
            table.AddRow(new Text(column), new Text(cell));
        return table;
    }

    private static IEnumerable<string> Cells(AccountOutcome outcome) =>
        outcome.Run is { } run
            ? [outcome.Name, Status(run.Status), Count(run.WechatTotal), Count(run.Listed), Count(run.Added), Count(run.Changed), Count(run.Unchanged), Count(run.Unsubscribed), Count(run.Rejected), Count(run.ApiCalls), Time(outcome.Duration)]
            : [outcome.Name, outcome.ExitCode == ExitCodes.RunActive ? "other run active" : "not started", .. Enumerable.Repeat("", Columns.Length - 2)];

    private static string Status(RunStatus status) => status.ToString().ToLowerInvariant();

    private static string Count(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string Time(TimeSpan? time) => time?.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture) ?? "";
}
