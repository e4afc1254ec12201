using System.Text.RegularExpressions;
using FollowerSync.Database.Schema;
using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;

namespace FollowerSync.Tests.Followers.Encoding;

/// <summary>A new field of a profile is forgotten nowhere.</summary>
public sealed class ProfileColumnsTests
{
    public static TheoryData<ProfileColumnName> Columns() => [.. ProfileColumns.All.Select(column => new ProfileColumnName(ProfileColumns.NameOf(column)))];

    [Theory]
    [MemberData(nameof(Columns))]
    public void Every_column_stands_in_the_tables_and_in_the_history(ProfileColumnName column)
    {
        string schema = string.Join('\n', Migrations.Embedded().Select(migration => migration.Sql));

        TableOf("wechat.followers", schema).ShouldContain(column.Name);
        TableOf("wechat.follower_versions", schema).ShouldContain(column.Name);
        FollowerHistory.KeepVersions.ShouldContain($"(c.old).{column.Name},");
    }

    [Fact]
    public void Every_flag_of_a_missing_key_belongs_to_one_column() =>
        ProfileColumns.All.Select(ProfileColumns.FlagOf).Where(flag => flag != ProfileFields.None).Order()
            .ShouldBe(Enum.GetValues<ProfileFields>().Where(flag => flag is not (ProfileFields.None or ProfileFields.All)).Order());

    [Fact]
    public void The_unionid_is_the_last_column_so_that_it_can_be_left_out() =>
        ProfileColumns.All[^1].ShouldBe(ProfileColumn.UnionId);

    /// <summary>Names of the table's columns, as a migration creates it.</summary>
    private static string[] TableOf(string name, string schema)
    {
        string body = Regex.Match(schema, $@"create table {Regex.Escape(name)} \((?<body>.*?)\n\)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["body"].Value;
        return [.. Regex.Matches(body, @"^\s+(?<name>[a-z_]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value)];
    }

    /// <summary>So that the test's name shows the column.</summary>
    public sealed record ProfileColumnName(string Name)
    {
        public override string ToString() => Name;
    }
}
