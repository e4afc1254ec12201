using System.Globalization;
using FollowerSync.Languages;
using Spectre.Console;

namespace FollowerSync.CommandLine;

/// <summary>The result of a sync for people: a line an account, and below it what a person must know.</summary>
internal static class SyncTable
{
    // Below this width the columns would be broken into letters.
    private const int TableWidth = 124;

    private static readonly Sentence[] Columns = ["Account", ((Sentence)"status").Capitalised(), "WeChat total", "Listed", "Added", "Changed", "Unchanged", "Unsubscribed", ((Sentence)"rejected").Capitalised(), ((Sentence)"calls").Capitalised(), "Time"];

    public static void Write(CommandContext context, SyncReport report)
    {
        if (context.Console.Profile.Width >= TableWidth)
            context.Console.Write(Wide(context, report));
        else
            foreach (AccountOutcome outcome in report.Accounts)
                context.Console.Write(Narrow(context, outcome));

        foreach (AccountOutcome outcome in report.Accounts.Where(outcome => outcome.Error is not null))
            context.Tell(context.Shown($"{outcome.Name}: {outcome.Error}"));
    }

    private static Table Wide(CommandContext context, SyncReport report)
    {
        Table table = new() { Border = TableBorder.Simple };
        for (int column = 0; column < Columns.Length; column++)
            table.AddColumn(column < 2 ? new TableColumn(context.Say(Columns[column])).NoWrap() : new TableColumn(context.Say(Columns[column])).RightAligned().NoWrap());
        foreach (AccountOutcome outcome in report.Accounts)
            table.AddRow(Cells(outcome).Select(cell => new Text(context.Say(cell))));
        return table;
    }

    private static Table Narrow(CommandContext context, AccountOutcome outcome)
    {
        Table table = new Table { Border = TableBorder.Simple }.HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach ((Sentence column, Sentence cell) in Columns.Zip(Cells(outcome)))
            table.AddRow(new Text(context.Say(column)), new Text(context.Say(cell)));
        return table;
    }

    private static IEnumerable<Sentence> Cells(AccountOutcome outcome) =>
        outcome.Run is { } run
            ? [Sentence.Foreign(outcome.Name), RunWords.Of(run.Status), Count(run.WechatTotal), Count(run.Listed), Count(run.Added), Count(run.Changed), Count(run.Unchanged), Count(run.Unsubscribed), Count(run.Rejected), Count(run.ApiCalls), Time(outcome.Duration)]
            : [Sentence.Foreign(outcome.Name), outcome.ExitCode == ExitCodes.RunActive ? (Sentence)"other run active" : "not started", .. Enumerable.Repeat(Sentence.Empty, Columns.Length - 2)];

    private static Sentence Count(long? count) => Sentence.Foreign(count?.ToString("N0", CultureInfo.InvariantCulture) ?? "");

    private static Sentence Time(TimeSpan? time) => Sentence.Foreign(time?.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture) ?? "");
}
