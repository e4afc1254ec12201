using FollowerSync.Database;
using FollowerSync.Database.Schema;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.Schema;

/// <summary>In which language the schema of the analysts describes itself.</summary>
public sealed class SchemaCommentsTests
{
    private const string Everything =
        """
        select coalesce(string_agg(concat_ws('.', c.relname, a.attname), ', ' order by c.relname, a.attnum), '')
        from pg_class c
        cross join lateral (select null::name as attname, 0 as attnum union all select attname, attnum from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) a
        where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        """;

    // A description that has no Chinese letter is missing, or English.
    private const string NotChinese = Everything + " and coalesce(case when a.attnum = 0 then obj_description(c.oid, 'pg_class') else col_description(c.oid, a.attnum) end, '') !~ '[一-龥]'";
    private const string NotEnglish = Everything + " and coalesce(case when a.attnum = 0 then obj_description(c.oid, 'pg_class') else col_description(c.oid, a.attnum) end, '一') ~ '[一-龥]' and (c.relname, coalesce(a.attname, '')) not in (('daily_totals', 'new_user'), ('daily_totals', 'cancel_user'), ('daily_totals', 'cumulate_user'))";

    [Fact]
    public async Task Every_relation_and_column_is_described_in_Chinese_and_in_English_again()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        (await database.ReadAsync<string>(NotEnglish)).ShouldBeEmpty("not described in English");

        await MigrateAsync(database.DataSource, LanguageCode.Chinese);
        (await database.ReadAsync<string>(NotChinese)).ShouldBeEmpty("without a line in db/comments.zh-CN.sql");
        (await database.ReadAsync<string>("select obj_description('wechat.followers_on(text, date)'::regprocedure, 'pg_proc')")).ShouldContain("粉丝数");

        await MigrateAsync(database.DataSource, LanguageCode.English);
        (await database.ReadAsync<string>(NotEnglish)).ShouldBeEmpty("still Chinese");
    }

    [Fact]
    public async Task Views_say_why_in_the_language_of_the_descriptions()
    {
        const string Scene =
            """
            insert into wechat.accounts (app_id, name) values ('wx0', 'new'), ('wx1', 'old');
            insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, complete_as_of)
            values ('wx1', 'schedule', 'succeeded', now() - interval '3 days', now() - interval '3 days', now() - interval '3 days');
            insert into followersync.counted_facts (app_id, run_id, known_from, complete_as_of, stored_through)
            values ('wx1', 1, now() - interval '9 days', now() - interval '3 days', now() - interval '3 days');
            insert into wechat.daily_scenes (app_id, day, scene, correction, new, follows_earliest, follows_latest) values ('wx1', (now() - interval '8 days')::date, 'unknown', false, 5, 5, 5);
            insert into wechat.datacube_days (app_id, ref_date, new_user, cancel_user, cumulate_user, read_at) values ('wx1', (now() - interval '6 days')::date, 0, 0, 99, now());
            """;
        const string Said = "select (select string_agg(why, '|' order by app_id) from wechat.freshness) || '|' || (select string_agg(distinct difference_why, '|') from wechat.daily_totals)";
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Scene);
        string english = await database.ReadAsync<string>(Said);
        english.ShouldStartWith("No run yet.|Nothing is complete since ");
        english.ShouldContain("No cause is known.");

        await MigrateAsync(database.DataSource, LanguageCode.Chinese);

        string chinese = await database.ReadAsync<string>(Said);
        chinese.ShouldStartWith("还没有同步过。|自 ");
        chinese.ShouldContain("没有运行");
        chinese.ShouldContain("原因不明");
        chinese.Split('|').Length.ShouldBe(english.Split('|').Length);
        foreach (string said in chinese.Split('|'))
            said.ShouldMatch("[一-龥]");
    }

    [Fact]
    public async Task Views_that_are_made_anew_are_described_in_the_same_language_and_a_second_start_writes_nothing()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await MigrateAsync(database.DataSource, LanguageCode.Chinese);
        const string Written = "select concat(xmin::text, ' ', comments) from followersync.schema_views";
        string before = await database.ReadAsync<string>(Written);
        await MigrateAsync(database.DataSource, LanguageCode.Chinese);
        (await database.ReadAsync<string>(Written)).ShouldBe(before);

        await database.ExecuteAsync("update followersync.schema_views set checksum = 'another'");
        await MigrateAsync(database.DataSource, LanguageCode.Chinese);

        (await database.ReadAsync<string>(NotChinese)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Somebody_who_may_not_describe_the_tables_works_all_the_same()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        string other = OwnedDatabase.NewLogin("other");
        await owned.Tables.ExecuteAsync($"create role {other} login password '{other}'; grant usage on schema followersync, wechat to {other}; grant select on all tables in schema followersync to {other}");
        await using NpgsqlDataSource source = owned.ConnectAs(other, other);

        (await MigrateAsync(source, LanguageCode.Chinese)).ShouldBe(0);

        (await owned.Tables.ReadAsync<string>(NotEnglish)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("zh-CN", "zh_CN,zh_CN")]
    [InlineData("zh-CN", "zh_CN,")]
    [InlineData("en", "zh_CN,en")]
    [InlineData("en", "zh_TW")]
    [InlineData("en", null)]
    public void Unless_it_is_set_the_language_is_that_of_the_accounts(string language, string? accounts)
    {
        Dictionary<string, string?> settings = new(StringComparer.Ordinal) { ["Analysts:Language"] = "auto", ["WeChat:Accounts:9:AppId"] = "" };
        foreach ((int at, string account) in (accounts?.Split(',') ?? []).Index())
        {
            settings[$"WeChat:Accounts:{at}:AppId"] = "wx0000000000000001";
            settings[$"WeChat:Accounts:{at}:Language"] = account.Length == 0 ? null : account;
        }

        AnalystsOptions.LanguageOf(Built(settings)).ShouldBe(language);
        settings["Analysts:Language"] = "en";
        AnalystsOptions.LanguageOf(Built(settings)).ShouldBe("en");
        settings["Analysts:Language"] = "zh-CN";
        AnalystsOptions.LanguageOf(Built(settings)).ShouldBe("zh-CN");
    }

    private static IConfigurationRoot Built(Dictionary<string, string?> settings) => new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

    private static async Task<int> MigrateAsync(NpgsqlDataSource source, string language) =>
        (await new Migrator(
            source, Migrations.Embedded(), ViewSet.Embedded(SchemaComments.Embedded(language)), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default)).Count;
}
