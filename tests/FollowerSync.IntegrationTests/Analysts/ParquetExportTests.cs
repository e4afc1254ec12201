using System.Data.Common;
using FollowerSync.Analysts;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>What another program reads out of a Parquet file is what the database has.</summary>
public sealed class ParquetExportTests
{
    // Columns whose type is none of Parquet's are text there.
    private const string RelationsSql =
        """
        select c.relname, c.relkind in ('v', 'm'), string_agg(case when a.atttypid in ('interval'::regtype, 'jsonb'::regtype, 'numeric'::regtype)
            then format(case a.atttypid when 'numeric'::regtype then '%1$I::float8' else '%1$I::text' end, a.attname) else quote_ident(a.attname) end, ', ' order by a.attnum)
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not (c.relname = 'freshness' and a.attname = 'age')
        group by c.relname, c.relkind
        """;

    [Fact]
    public async Task DuckDB_reads_every_table_and_view_as_the_database_has_it()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        scene.Truth.SetProfile(people[0].OpenId, f => f with { Nickname = "微信|'用户'\n=1", TagIdList = [], Remark = "" });
        scene.Truth.SetProfile(people[1].OpenId, f => f with { TagIdList = [2, 100, 101], QrScene = 4_294_967_295 });
        await scene.LeaveAsync(people[2].OpenId);
        scene.Truth.Follow(people[2].OpenId);
        await scene.SyncAfterAsync(days: 1);
        await scene.LeaveAsync(people[3].OpenId);
        string file = Path.GetTempFileName();

        Dictionary<string, string> types = new(StringComparer.Ordinal);
        foreach ((string name, bool isView, string columns) in await RelationsAsync(scene))
        {
            long written = await WriteAsync(scene, new ExportRequest(name, isView, ExportFormat.Parquet, Since: null, WithByteOrderMark: false), file);

            // How old something is goes on while it is read.
            string but = name == "freshness" ? " exclude (age)" : "";
            (IReadOnlyDictionary<string, string> found, string[] rows) = await ReadBack.DuckDbAsync($"select *{but} from read_parquet('{file}')");
            await using NpgsqlCommand command = scene.Tables.DataSource.CreateCommand($"set intervalstyle = 'iso_8601'; select {columns} from wechat.{name}");
            await using DbDataReader reader = await command.ExecuteReaderAsync();
            rows.ShouldBe(await ReadBack.RowsAsync(reader), name);
            written.ShouldBe(rows.Length);
            foreach ((string column, string type) in found)
                types[$"{name}.{column}"] = type;
        }

        File.Delete(file);
        (types["followers.subscribe_time"], types["followers.tagid_list"], types["followers.qr_scene"], types["daily_totals.day"], types["followers.subscribe"])
            .ShouldBe(("TimestampTz", "List", "BigInt", "Date", "Boolean"));
        (types["changes.changed_columns"], types["changes.change_id"], types["followers.groupid"], types["followers.sex"]).ShouldBe(("List", "BigInt", "Integer", "SmallInt"));
    }

    [Fact]
    public async Task A_copy_of_files_and_changes_equals_the_table()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 40);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        string folder = Directory.CreateTempSubdirectory("followersync-changes-").FullName;
        RelationExport export = new(scene.Account.Database);
        long last = await export.ReadLastChangeAsync(default);
        await WriteAsync(scene, new ExportRequest("followers", IsView: false, ExportFormat.Parquet, Since: null, WithByteOrderMark: false), $"{folder}/full.parquet");
        last.ShouldBe(40);

        scene.Truth.SetProfile(people[0].OpenId, f => f with { Remark = "noted" });
        scene.Truth.AddFollower(people[3] with { OpenId = "oSomebodyWhoIsNewInTheList01", UnionId = "oUnionIdOfSomebodyWhoIsNew001" });
        await scene.LeaveAsync(people[1].OpenId);
        await scene.NewErasure().ForgetAsync([people[2].OpenId], default);
        Exported exported = await ChangesAsync(last);

        (exported.Rows, exported.LastChange).ShouldBe((4, 44));
        // What docs/analysts.md shows.
        (_, string[] copy) = await ReadBack.DuckDbAsync(
            $"""
            with newest as (
                select * exclude (change_id, run_id, kind, changed_columns, "at"), kind from read_parquet('{folder}/changes.parquet')
                qualify row_number() over (partition by app_id, openid order by change_id desc) = 1)
            select * from read_parquet('{folder}/full.parquet') where (app_id, openid) not in (select app_id, openid from newest)
            union all by name
            select * exclude (kind) from newest where subscribe is not null
            """);
        await using NpgsqlCommand command = scene.Tables.DataSource.CreateCommand("select * from wechat.followers");
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        copy.ShouldBe(await ReadBack.RowsAsync(reader));
        (await ChangesAsync(44)).Rows.ShouldBe(0);
        Directory.Delete(folder, recursive: true);

        Task<Exported> ChangesAsync(long after) => WriteFileAsync(
            scene, new ExportRequest("changes", IsView: false, ExportFormat.Parquet, Since: null, WithByteOrderMark: false) { After = after, WithRows = true }, $"{folder}/changes.parquet");
    }

    [Theory]
    [InlineData(9, "were deleted as old")]
    [InlineData(31, "There is no change 31 yet, the newest is 30")]
    public async Task An_id_that_does_not_lead_to_all_changes_is_refused_with_what_to_do(long after, string why)
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 30);
        await scene.Tables.ExecuteAsync("delete from wechat.changes where change_id <= 10; update followersync.change_counter set pruned_id = 10");
        ExportRequest request = new("changes", IsView: false, ExportFormat.Ndjson, Since: null, WithByteOrderMark: false);
        RelationExport export = new(scene.Account.Database);

        ExportException refused = await Should.ThrowAsync<ExportException>(() => export.WriteAsync(request with { After = after }, Stream.Null, progress: null, default));

        refused.Message.ShouldContain(why);
        refused.Message.ShouldContain("Take a new full export");
        (await export.WriteAsync(request with { After = 10 }, Stream.Null, progress: null, default)).ShouldBe(new Exported(20, 30));
    }

    [Fact]
    public async Task What_fails_on_the_way_leaves_no_file_that_can_be_read()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 5);
        await scene.Tables.ExecuteAsync(
            """
            create view wechat.breaking as select i, 1 / (40000 - i) as part from generate_series(1, 50000) i
            """);
        string file = Path.GetTempFileName();

        await Should.ThrowAsync<PostgresException>(() => WriteAsync(scene, new ExportRequest("breaking", IsView: true, ExportFormat.Parquet, Since: null, WithByteOrderMark: false), file));

        new FileInfo(file).Length.ShouldBeGreaterThan(0, "a group of rows was written");
        await Should.ThrowAsync<DuckDB.NET.Data.DuckDBException>(() => ReadBack.DuckDbAsync($"select * from read_parquet('{file}')"));
        File.Delete(file);
    }

    private static async Task<long> WriteAsync(PrivacyScene scene, ExportRequest request, string file) => (await WriteFileAsync(scene, request, file)).Rows;

    private static async Task<Exported> WriteFileAsync(PrivacyScene scene, ExportRequest request, string file)
    {
        await using FileStream output = File.Create(file);
        return await new RelationExport(scene.Account.Database).WriteAsync(request, output, progress: null, default);
    }

    private static async Task<List<(string Name, bool IsView, string Columns)>> RelationsAsync(PrivacyScene scene)
    {
        await using NpgsqlCommand command = scene.Tables.DataSource.CreateCommand(RelationsSql);
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        List<(string, bool, string)> relations = [];
        while (await reader.ReadAsync())
            relations.Add((reader.GetString(0), reader.GetBoolean(1), reader.GetString(2)));
        return relations;
    }
}
