using System.Globalization;
using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Runs;
using Spectre.Console;

namespace FollowerSync.CommandLine.Demo;

/// <summary>What the first sync of the demo stored, read back from PostgreSQL.</summary>
internal sealed class DemoSummary(CommandContext context, FollowerDatabase database, SyncRunStore runs)
{
    private const string PeopleSql =
        "select count(*) filter (where subscribe) as following, count(unionid) as with_unionid, count(distinct city) as cities from wechat.followers";

    private const string ScenesSql =
        "select subscribe_scene, count(*) from wechat.followers where subscribe group by subscribe_scene order by count(*) desc limit 5";

    private static readonly Sentence[] Columns = ["Nickname", "Sex", "Place", "Follows since", "Tags", Sentence.Foreign("openid")];

    private const string CitiesSql =
        "select city, count(*) from wechat.followers where subscribe and city is not null group by city order by count(*) desc, city limit 5";

    // Two people each of those with an emoji in their name, with a Chinese one, and of the others.
    private const string SampleSql =
        """
        select nickname, sex, concat_ws(' ', country, province, city), subscribe_time, array_to_string(tagid_list, ','), left(openid, 8) || '…'
        from (
            select *, row_number() over (partition by nickname ~ '[\U0001F300-\U0001FAFF]', nickname ~ '[\u4E00-\u9FFF]' order by openid) as place
            from wechat.followers
            where subscribe and nickname is not null and city is not null
        ) f
        where place <= 2
        order by place, openid
        limit 6
        """;

    /// <summary>Writes the tables.</summary>
    /// <param name="runId">Run of the first sync.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task WriteAsync(long runId, CancellationToken cancellationToken)
    {
        SyncRun run = (await runs.FindAsync(runId, cancellationToken))!;
        SyncTable.Write(context, SyncReport.Of([new AccountOutcome(run.AppId, "demo", ExitCodes.Of(run), run, run.Error)]));

        await database.RunAsync(WriteAsync, cancellationToken);
    }

    private async Task WriteAsync(Transaction tx)
    {
        (long following, long unionIds, long cities) = await tx.ReadAsync<(long, long, long)>(PeopleSql);
        await context.Output.WriteLineAsync(context.Say($"wechat.followers: {following:N0} people follow, {unionIds:N0} with a unionid, from {cities:N0} cities.") + "\n");

        Grid side = new Grid().AddColumn().AddColumn();
        side.AddRow(
            Counts("How they came", await tx.ReadAllAsync<(string, long)>(ScenesSql)),
            Counts("Where they are", await tx.ReadAllAsync<(string, long)>(CitiesSql)));
        context.Console.Write(side);
        context.Console.Write(Sample(await tx.ReadAllAsync<(string, short, string, DateTimeOffset, string, string)>(SampleSql)));
    }

    private Table Counts(Sentence title, IEnumerable<(string Name, long People)> rows)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn(context.Say(title)).AddColumn(new TableColumn(context.Say(((Sentence)"people").Capitalised())).RightAligned());
        foreach ((string name, long people) in rows)
            table.AddRow(new Text(name), new Text(Text($"{people:N0}")));
        return table;
    }

    private Table Sample(IEnumerable<(string Nickname, short Sex, string Place, DateTimeOffset Since, string Tags, string OpenId)> rows)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumns([.. Columns.Select(context.Say)]);
        foreach ((string nickname, short sex, string place, DateTimeOffset since, string tags, string openId) in rows)
            table.AddRow(new Text(nickname), new Text(Text($"{sex}")), new Text(place), new Text(Text($"{since:yyyy-MM-dd}")), new Text(tags), new Text(openId));
        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
