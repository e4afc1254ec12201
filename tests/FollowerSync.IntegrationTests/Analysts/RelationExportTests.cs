using System.Text;
using FollowerSync.Analysts;
using FollowerSync.Arrivals;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Followers;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>What an export holds, and how it is written.</summary>
public sealed class RelationExportTests : IAsyncLifetime
{
    private const string RelationsSql = "select relname, relkind in ('v', 'm') from pg_class where relnamespace = 'wechat'::regnamespace and relkind in ('r', 'p', 'v', 'm')";

    /// <summary>Texts, and how they stand in a CSV.</summary>
    private static readonly OrderedDictionary<string, string> Written = new(StringComparer.Ordinal)
    {
        ["=cmd|'/C calc'!A0"] = "'=cmd|'/C calc'!A0",
        ["+1"] = "'+1",
        ["-1"] = "'-1",
        ["@sum"] = "'@sum",
        ["\t=1"] = "'\t'=1",
        ["\r=1"] = "'\r'=1",
        ["\n=1"] = "'\n'=1",
        ["\nabc"] = "'\nabc",
        [";=1"] = "';'=1",
        ["；=1"] = "'；'=1",
        ["＝1"] = "'＝1",
        ["＋1"] = "'＋1",
        ["－1"] = "'－1",
        ["＠sum"] = "'＠sum",
        ["﹢1"] = "'﹢1",
        ["−1"] = "'−1",
        ["  =1"] = "'  =1",
        ["\u3000=1"] = "'\u3000=1",
        ["\u00a0\u200b\ufeff＝1"] = "'\u00a0\u200b\ufeff＝1",
        ["\u0001=1"] = "'\u0001=1",
        ["a=1"] = "a=1",
        ["  微信 - 用户"] = "  微信 - 用户",
        ["1-2"] = "1-2",
        ["'=1"] = "'=1",
        [""] = "",
        ["x;=cmd|'/C calc'!A0;"] = "x;'=cmd|'/C calc'!A0;",
        ["x\n=1+1"] = "x\n'=1+1",
        ["x\r\n=1\t+2"] = "x\r'\n'=1\t'+2",
        ["x；＝1"] = "x；'＝1",
        ["x;;\u3000\n=1"] = "x;;'\u3000\n'=1",
        ["x;\"\" =1"] = "x;'\"\" =1",
        ["x;y"] = "x;y",
        ["x;y=1"] = "x;y=1",
        ["x - y\n微信"] = "x - y\n微信",
    };

    private readonly SimulatedClock _clock = new();
    private SyncedAccount _account = null!;
    private readonly Dictionary<string, bool> _isView = new(StringComparer.Ordinal);

    public async Task InitializeAsync()
    {
        _account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, TimeProvider = _clock });
        await _clock.InstallAsync(_account.Tables);
        await using NpgsqlCommand command = _account.Tables.DataSource.CreateCommand(RelationsSql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            _isView[reader.GetString(0)] = reader.GetBoolean(1);
    }

    public async Task DisposeAsync() => await _account.DisposeAsync();

    [Fact]
    public async Task Since_brings_every_row_that_was_stored_changed_or_closed_since_whatever_changed_it()
    {
        EmulatedFollower[] people = [.. _account.Truth.Followers().Take(10)];
        await SyncAsync();
        _account.Truth.Unfollow(people[0].OpenId);
        _account.Truth.Unfollow(people[1].OpenId);
        _account.Truth.Unfollow(people[8].OpenId);
        _account.Truth.Blacklist(people[2].OpenId);
        _account.Truth.SetProfile(people[9].OpenId, person => person with { Nickname = "another name" });
        await ConflictAsync(people[3].OpenId, "one");
        foreach (int i in (int[])[0, 7, 8])
            await ArriveAsync(people[i].OpenId);
        await _account.Database.RunAsync(tx => VisitorStore.VisitAsync(tx, _account.Truth.AppId, people[9].OpenId, unionId: null, nickname: "her name"), default);
        await _account.Tables.ExecuteAsync(
            "insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at) values ('wx00000000000000e7', 'manual', 'held', now(), now()), ('wx00000000000000e8', 'manual', 'held', now(), now())");
        await AfterAsync(days: 1);
        // The ninth one is anonymised with the next run.
        await _account.Tables.ExecuteAsync(
            $"update wechat.followers set unfollowed_after = unfollowed_after - interval '9 days', unfollowed_before = unfollowed_before - interval '9 days' where openid = '{people[8].OpenId}'");
        await AfterAsync(days: 28);
        (await _account.Tables.ReadAsync<long>("select count(*) from wechat.followers where anonymised_at is not null")).ShouldBe(1);
        DateTimeOffset since = _clock.GetUtcNow().AddHours(1);
        Dictionary<string, string[]> before = await ReadAllAsync(null);

        // The first one is anonymised now, the second one comes back, and so does the ninth.
        _account.Truth.Follow(people[1].OpenId);
        _account.Truth.Follow(people[8].OpenId);
        _account.Truth.Blacklist(people[2].OpenId, isBlacklisted: false);
        _account.Truth.Blacklist(people[4].OpenId);
        _account.Truth.SetProfile(people[5].OpenId, person => person with { TagIdList = [100, 102] });
        _account.Truth.Unfollow(people[6].OpenId);
        _account.Truth.AddFollower();
        _account.Truth.Tags.Rename(100, "金卡");
        _account.Truth.Tags.Delete(101);
        await _clock.AdvanceAsync(_account.Tables, TimeSpan.FromDays(2));
        await ConflictAsync(people[3].OpenId, "another");
        await ArriveAsync(people[4].OpenId);
        await _account.Database.RunAsync(tx => VisitorStore.AnswerAsync(tx, _account.Truth.AppId, [people[7].OpenId], [true]), default);
        await SyncAsync();
        await _account.Database.RunAsync(tx => PersonalFieldErasure.EraseAsync(tx, _account.Truth.AppId, people[9].OpenId, PersonalFields.All), default);
        await _account.Database.RunAsync(tx => SyncRunStore.RejectAsync(tx, "wx00000000000000e7"), default);
        await _account.Database.RunAsync(tx => SyncRunStore.SettleAsync(tx, "wx00000000000000e8", runId: 1), default);
        await _account.Tables.ExecuteAsync("update wechat.tags set list_read_at = now(), read_at = read_at - interval '40 days' where tag_id = 102");

        Dictionary<string, string[]> after = await ReadAllAsync(null), told = await ReadAllAsync(since);
        foreach (string relation in ChangeTimes.Relations)
        {
            string[] changed = [.. after[relation].Except(before[relation])];
            changed.ShouldNotBeEmpty(relation);
            changed.Except(told[relation]).ShouldBeEmpty($"wechat.{relation} leaves out what changed");
        }

        (await _account.Tables.ReadAsync<long>("select count(*) from wechat.followers where anonymised_at is not null")).ShouldBe(1);
        told["followers"].Length.ShouldBeLessThan(20, "and not everybody");
        told["openid_changes"].Length.ShouldBe(2, "who is anonymised and who is new");
        told["scans"].Length.ShouldBe(3, "and who came back");
        told["visitors"].Length.ShouldBe(5, "and whom WeChat answered about, and who took the name back");
    }

    /// <summary>However many moved since, and however few the planner takes them for.</summary>
    [Fact]
    public async Task Since_reads_who_moved_once_and_not_for_every_row()
    {
        await _account.Tables.ExecuteAsync(
            """
            insert into wechat.changes (change_id, app_id, openid, kind, at) select n, 'wx00000000000000e9', 'o' || n, 'returned', now() from generate_series(1, 20000) n;
            analyze wechat.changes;
            """);
        foreach (string relation in ChangeTimes.Relations)
            foreach (int days in (int[])[-1, 1])
                (await ExplainAsync(relation, _clock.GetUtcNow().AddDays(days))).ShouldNotMatch("(?<!hashed )SubPlan|Nested Loop", relation);
    }

    private Task<string> ExplainAsync(string relation, DateTimeOffset since) => _account.Database.RunAsync(
        async tx =>
        {
            await tx.ExecuteAsync("set local work_mem = '64kB'; set local hash_mem_multiplier = 1");
            ExportSource source = await ExportQuery.PrepareAsync(tx, new ExportRequest(relation, _isView[relation], ExportFormat.Csv, since, WithByteOrderMark: false));
            return string.Join('\n', await tx.ReadAllAsync<string>($"explain {source.Select}"));
        },
        default);

    /// <summary>Visits, scans a code that WeChat tells of late, and was migrated.</summary>
    private async Task ArriveAsync(string openId)
    {
        await _account.Database.RunAsync(tx => VisitorStore.VisitAsync(tx, _account.Truth.AppId, openId, unionId: null, nickname: null), default);
        await _account.Tables.ExecuteAsync(
            $"""
            insert into wechat.scans (app_id, openid, scanned_at, was_following, fingerprint, stored_at)
            values ('{_account.Truth.AppId}', '{openId}', now() - interval '90 days', true, 'x', now());
            insert into wechat.openid_changes values ('wx00000000000000e9', 'oOld{openId[4..]}', '{_account.Truth.AppId}', '{openId}', null, now());
            """);
    }

    [Fact]
    public async Task Since_is_refused_where_no_row_tells_when_it_changed_and_the_others_are_named()
    {
        foreach (string relation in _isView.Keys.Except(ChangeTimes.Relations))
        {
            ExportException refused = await Should.ThrowAsync<ExportException>(() => ReadAsync(relation, ExportFormat.Csv, _clock.GetUtcNow()));
            refused.Message.ShouldContain($"wechat.{relation} does not tell when");
            refused.Message.ShouldContain("follow_episodes, follower_history, follower_versions, followers, groups");
        }

        ChangeTimes.Relations.Except(_isView.Keys).ShouldBeEmpty();
    }

    [Fact]
    public async Task Values_look_the_same_whatever_the_database_is_set_to()
    {
        await SyncAsync();
        await AfterAsync(days: 2);
        string[] relations = ["followers", "sync_runs", "churn", "daily_totals", "datacube_days"];
        string[] before = await WriteAsync();
        await _account.Tables.ExecuteAsync(
            """
            do $do$ begin
                execute format('alter database %I set datestyle = ''German''', current_database());
                execute format('alter database %I set timezone = ''America/New_York''', current_database());
                execute format('alter database %I set intervalstyle = ''sql_standard''', current_database());
                execute format('alter database %I set bytea_output = ''escape''', current_database());
                execute format('alter database %I set extra_float_digits = -15', current_database());
                execute format('alter database %I set standard_conforming_strings = off', current_database());
            end $do$
            """);
        _account.Tables.DataSource.Clear();

        (await _account.Tables.ReadAsync<string>("show datestyle")).ShouldStartWith("German");
        (await WriteAsync()).ShouldBe(before);
        before[0].Split('\n')[1].ShouldMatch(@",20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+08:00,");

        async Task<string[]> WriteAsync() => [.. await Task.WhenAll(relations.SelectMany(relation => new[]
        {
            ReadAsync(relation, ExportFormat.Csv), ReadAsync(relation, ExportFormat.Ndjson),
        }))];
    }

    [Fact]
    public async Task No_text_of_a_csv_is_a_formula()
    {
        await using NpgsqlCommand command = _account.Tables.DataSource.CreateCommand(
            $"select {new ExportColumn("remark", ExportColumnKind.Text, "text").ForCsv} from unnest(@texts) with ordinality t (remark, place) order by place");
        command.Parameters.AddWithValue("texts", Written.Keys.ToArray());
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();

        foreach (string expected in Written.Values)
        {
            (await reader.ReadAsync()).ShouldBeTrue();
            reader.GetString(0).ShouldBe(expected);
        }
    }

    private async Task SyncAsync()
    {
        SyncRun run = await _account.SyncAsync();
        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await _account.NewReading(_clock).DoAsync(_account.Account, run, default);
        await (await _account.NewHeardProcessAsync(_clock)).GetServices<IAfterRun>().OfType<LeaverPrivacy>().Single().DoAsync(_account.Account, run, default);
    }

    private async Task AfterAsync(int days)
    {
        await _clock.AdvanceAsync(_account.Tables, TimeSpan.FromDays(days));
        await SyncAsync();
    }

    private Task ConflictAsync(string openId, string answered) => _account.Database.RunAsync(
        tx => IdentityConflictStore.RecordAsync(tx, _account.Account.AppId, runId: 1, [new IdentityConflict(openId, "stored", answered, "single", OtherOpenId: null)]), default);

    private async Task<Dictionary<string, string[]>> ReadAllAsync(DateTimeOffset? since)
    {
        Dictionary<string, string[]> all = [];
        foreach (string relation in ChangeTimes.Relations)
            all[relation] = (await ReadAsync(relation, ExportFormat.Ndjson, since)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return all;
    }

    private async Task<string> ReadAsync(string relation, ExportFormat format, DateTimeOffset? since = null)
    {
        using MemoryStream output = new();
        await new RelationExport(_account.Database).WriteAsync(new ExportRequest(relation, _isView[relation], format, since, WithByteOrderMark: false), output, progress: null, default);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
