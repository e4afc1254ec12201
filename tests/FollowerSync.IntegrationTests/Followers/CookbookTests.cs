using System.Globalization;
using Dapper;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Documents;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>The questions of <c>db/queries</c>, asked about emulated people.</summary>
public sealed class CookbookTests(CookbookTests.TwoSyncs data) : IClassFixture<CookbookTests.TwoSyncs>
{
    public static TheoryData<string> Queries() => [.. Question.ReadAll().Select(question => question.File)];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Every_query_asks_a_question_and_answers_it(string file)
    {
        Question.ReadAll().Single(question => question.File == file).English.ShouldEndWith("?");

        await RunAsync(file);
    }

    [Fact]
    public async Task Some_answers_are_known()
    {
        (await RunAsync("01_followers_now.sql")).Single()["followers"].ShouldBe(data.Account.Truth.Total);
        (await RunAsync("04_where_from.sql")).Sum(row => (long)row["still_following"]!).ShouldBe(data.Account.Truth.Total);
        (await RunAsync("08_who_left_this_week.sql")).Select(row => row["openid"]).ShouldBe([data.Gone], ignoreOrder: true);
        (await RunAsync("09_returned.sql")).Select(row => (row["openid"], row["returns"])).ShouldBe([(data.Returned, 1L)]);
        (await RunAsync("12_what_changed.sql")).Single(row => (string)row["what"]! == "remark")["people"].ShouldBe(1L);
        (await RunAsync("15_people_across_accounts.sql")).Select(row => (row["accounts"], row["people"])).ShouldBe([(0, 1L), (1, data.Account.Truth.Total)]);
        (await RunAsync("17_not_our_people_yet.sql")).Count.ShouldBe(1);
        Dictionary<string, object?> trust = (await RunAsync("19_can_i_trust_this.sql")).Single();
        (trust["rejected"], trust["not_confirmed_since"], trust["why"]).ShouldBe((0L, 0L, null));
        (await RunAsync("20_runs.sql")).Count.ShouldBe(4);
    }

    private async Task<IReadOnlyList<Dictionary<string, object?>>> RunAsync(string file)
    {
        await using NpgsqlConnection connection = await data.Account.Tables.DataSource.OpenConnectionAsync();
        return [.. (await connection.QueryAsync(Question.ReadAll().Single(question => question.File == file).Sql))
            .Select(row => new Dictionary<string, object?>((IDictionary<string, object?>)row, StringComparer.Ordinal))];
    }

    /// <summary>An account in which one person left for good, one came back, and one got a remark.</summary>
    public sealed class TwoSyncs : IAsyncLifetime
    {
        internal SyncedAccount Account { get; private set; } = null!;

        public string Gone { get; private set; } = "";

        public string Returned { get; private set; } = "";

        public async Task InitializeAsync()
        {
            Account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 500 });
            await Account.SyncAsync();
            EmulatedFollower[] people = [.. Account.Truth.Followers().Take(3)];
            (Gone, Returned) = (people[0].OpenId, people[1].OpenId);
            Account.Truth.Unfollow(Returned);
            await Account.SyncAsync();
            Account.Truth.Follow(Returned);
            Account.Truth.SetProfile(people[2].OpenId, f => f with { Remark = "vip " + DateTimeOffset.UnixEpoch.ToString(CultureInfo.InvariantCulture) });
            await Account.SyncAsync();
            Account.Truth.Unfollow(Gone);
            await Account.SyncAsync();
        }

        public async Task DisposeAsync() => await Account.DisposeAsync();
    }
}
