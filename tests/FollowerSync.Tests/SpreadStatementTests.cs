using System.Text.RegularExpressions;
using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>What Citus refuses of statements that name a table which <c>db/citus.sql</c> spreads, looked for in the sources and in the views.</summary>
public sealed partial class SpreadStatementTests
{
    private static readonly string Root = SourceTree.OwnCheckout();

    private static readonly string[] Spread = [..
        QuotedTable().Matches(File.ReadLines(Path.Combine(Root, "db", "citus.sql")).Single(line => line.Contains("big constant", StringComparison.Ordinal))).Select(m => m.Groups["name"].Value)];

    [Fact]
    public void Four_tables_are_spread()
    {
        Spread.ShouldBe(["wechat.followers", "wechat.follower_versions", "wechat.past_episodes", "followersync.listing_openids"]);
    }

    /// <summary>Citus cannot write a subquery without columns down for its nodes.</summary>
    [Fact]
    public void No_statement_asks_whether_something_exists_without_a_column()
    {
        Sources().Where(source => NamesSpread(source.Text) && BareExists().IsMatch(source.Text)).Select(source => source.Name).ShouldBeEmpty();
    }

    /// <summary>A row's place is another one in every shard. Who uses it for tables that are whole has a second way for those that are spread.</summary>
    [Fact]
    public void The_place_of_a_row_is_used_only_where_the_key_can_be_used_instead()
    {
        Sources().Where(source => Place().IsMatch(Remark().Replace(source.Text, ""))).Select(source => source.Name)
            .ShouldBe(["src/FollowerSync/Arrivals/ArrivalInbox.cs", "src/FollowerSync/Followers/FollowerSearch.cs"]);
    }

    /// <summary>Lookups one by one are the quick way on a whole table; a statement has a second way, or does not run on Citus, as docs/scale.md says.</summary>
    [Fact]
    public void Lookups_one_by_one_in_spread_tables_are_those_that_have_a_second_way_or_are_named_in_the_page()
    {
        Sources().Where(source => Lateral().Matches(source.Text).Any(match => NamesSpread(match.Value))).Select(source => source.Name)
            .ShouldBe([
                "src/FollowerSync/Analysts/ExportQuery.cs", "src/FollowerSync/Facts/CountedRows.cs", "src/FollowerSync/Followers/FollowerSearch.cs", "src/FollowerSync/Followers/FollowerStore.cs",
                "src/FollowerSync/Sync/Asking/RoundPlan.cs"]);
    }

    /// <summary>Citus refuses functions there that are not immutable, and other columns than those of the row that came.</summary>
    [Fact]
    public void An_insert_that_updates_instead_takes_what_it_sets_from_the_row_that_came()
    {
        string[] set = [..
            from source in Sources()
            from Match statement in Upsert().Matches(source.Text)
            where NamesSpread(statement.Groups["table"].Value)
            from piece in statement.Groups["set"].Value.Split(',')
            select piece.Trim()];

        set.ShouldNotBeEmpty();
        set.Where(piece => !TakenOver().IsMatch(piece)).ShouldBeEmpty();
    }

    /// <summary>Citus joins such tables in few ways only, and none of them is quick. A view that has no form of its own joins small ones, which it copies to the nodes.</summary>
    [Fact]
    public void No_query_joins_a_table_that_is_spread_with_one_that_is_not()
    {
        string[] joined = [..
            from source in Sources()
            where !source.Name.StartsWith("db/views/", StringComparison.Ordinal)
            from part in SqlParts.Of(source.Name, source.Text)
            let tables = FromTable().Matches(part).Select(m => m.Groups["table"].Value).ToLookup(table => Spread.Contains(table))
            where tables[true].Any() && tables[false].Any()
            select $"{source.Name}: {string.Join(", ", tables[true].Concat(tables[false]))}"];

        joined.ShouldBeEmpty();
    }

    /// <summary>Such a list is hashed only as long as it fits into <c>work_mem</c>, and walked once a row when it does not. A left join has no such end.</summary>
    [Fact]
    public void No_view_looks_for_what_is_not_in_a_list_of_another_query()
    {
        Sources().Where(source => source.Name.StartsWith("db/", StringComparison.Ordinal) && NotInQuery().IsMatch(source.Text)).Select(source => source.Name).ShouldBeEmpty();
    }

    private static bool NamesSpread(string text) => Spread.Any(table => Regex.IsMatch(text, $@"\b{Regex.Escape(table)}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));

    // Of a view that has another form for spread tables, that one.
    private static IEnumerable<(string Name, string Text)> Sources() =>
        from folder in new[] { "src/FollowerSync", "db/citus", "db/views" }
        from file in Directory.GetFiles(Path.Combine(Root, folder), "*.*", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where (name.EndsWith(".cs", StringComparison.Ordinal) || name.EndsWith(".sql", StringComparison.Ordinal)) && !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal)
        where !File.Exists(Path.Combine(Root, name.Replace("db/views/", "db/citus/", StringComparison.Ordinal))) || name.StartsWith("db/citus/", StringComparison.Ordinal) || !name.StartsWith("db/", StringComparison.Ordinal)
        orderby name
        select (name, File.ReadAllText(file));

    [GeneratedRegex("'(?<name>[a-z]+\\.[a-z_]+)'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex QuotedTable();

    [GeneratedRegex(@"\b(from|join|using)\s+(?<table>(wechat|followersync)\.[a-z_]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex FromTable();

    [GeneratedRegex(@"exists\s*\(\s*select\s+from\b", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex BareExists();

    [GeneratedRegex(@"not in\s*\(\s*select\b", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex NotInQuery();

    [GeneratedRegex(@"\bctid\b", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Place();

    [GeneratedRegex(@"^\s*(?://|--).*$", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1_000)]
    private static partial Regex Remark();

    [GeneratedRegex(@"lateral\s*\((?<body>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\b(limit|offset)\b[^()]*\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Lateral();

    [GeneratedRegex(@"insert into (?<table>[a-z]+\.[a-z_]+)(?:(?!insert into)[\s\S])*?on conflict \([^)]*\) do update\s+set (?<set>[\s\S]*?)\s*(where|returning|\bon conflict\b|""""""|"";)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Upsert();

    [GeneratedRegex(@"^(?<column>[a-z_]+) = excluded\.\k<column>$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex TakenOver();
}
