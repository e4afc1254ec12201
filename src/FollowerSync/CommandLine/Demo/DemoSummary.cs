using System.Globalization;
using Dapper;
using FollowerSync.Database;
using FollowerSync.Runs;
using Npgsql;
using Spectre.Console;

namespace FollowerSync.CommandLine.Demo;

/// <summary>What the first sync of the demo stored, read back from PostgreSQL.</summary>
internal sealed class DemoSummary(CommandContext context, FollowerDatabase database, SyncRunStore runs)
{
    private const string PeopleSql =
        "select count(*) filter (where subscribe) as following, count(unionid) as with_unionid, count(distinct city) as cities from wechat.followers";

    private const string ScenesSql =
        "select subscribe_scene, count(*) from wechat.followers where subscribe group by subscribe_scene order by count(*) desc limit 5";

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

        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        (long following, long unionIds, long cities) = await connection.QuerySingleAsync<(long, long, long)>(Command(PeopleSql, cancellationToken));
        await context.Output.WriteLineAsync(Text($"wechat.followers: {following:N0} people follow, {unionIds:N0} with a unionid, from {cities:N0} cities.\n"));

        Grid side = new Grid().AddColumn().AddColumn();
        side.AddRow(
            Counts("How they came", await connection.QueryAsync<(string, long)>(Command(ScenesSql, cancellationToken))),
            Counts("Where they are", await connection.QueryAsync<(string, long)>(Command(CitiesSql, cancellationToken))));
        context.Console.Write(side);
        context.Console.Write(Sample(await connection.QueryAsync<(string, short, string, DateTime, string, string)>(Command(SampleSql, cancellationToken))));
    }

    private static Table Counts(string title, IEnumerable<(string Name, long People)> rows)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn(title).AddColumn(new TableColumn("People").RightAligned());
        foreach ((string name, long people) in rows)
            table.AddRow(new Text(name), new Text(Text($"{people:N0}")));
        return table;
    }

    private static Table Sample(IEnumerable<(string Nickname, short Sex, string Place, DateTime Since, string Tags, string OpenId)> rows)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumns("Nickname", "Sex", "Place", "Follows since", "Tags", "openid");
        foreach ((string nickname, short sex, string place, DateTime since, string tags, string openId) in rows)
            table.AddRow(new Text(nickname), new Text(Text($"{sex}")), new Text(place), new Text(Text($"{since:yyyy-MM-dd}")), new Text(tags), new Text(openId));
        return table;
    }

    private static CommandDefinition Command(string sql, CancellationToken cancellationToken) => new(sql, cancellationToken: cancellationToken);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
