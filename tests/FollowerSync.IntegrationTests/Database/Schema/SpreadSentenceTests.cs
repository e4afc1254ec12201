using FollowerSync.IntegrationTests.AccountMigration;
using FollowerSync.IntegrationTests.Facts;
using FollowerSync.IntegrationTests.Privacy;
using FollowerSync.IntegrationTests.Readings;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.IntegrationTests.Sync;
using FollowerSync.IntegrationTests.Sync.Arriving;
using FollowerSync.IntegrationTests.Sync.Merging;

namespace FollowerSync.IntegrationTests.Database.Schema;

/// <summary>Sentences of other classes once more, with the tables that <c>db/citus.sql</c> spreads parted by openid: together they run each statement that is another
/// one there, or names people by their key for its sake. <c>eng/test.sh --partitioned</c> runs all sentences so.</summary>
public sealed class SpreadSentenceTests
{
    private static readonly Func<Task>[] Chosen =
    [
        new SyncTests().Sync_after_churn_writes_exactly_the_changed_rows,
        new WitnessTests().A_person_who_returns_follows_again,
        new ApprovalTests().Approval_marks_the_held_people_except_those_who_are_back,
        new ApprovalTests().Approval_changes_the_held_unionids_that_single_answers_confirm,
        new IdentityTests().New_people_behind_a_shifted_known_one_get_their_own_unionids,
        new EventRunTests().A_signed_leaving_and_the_answer_are_two_witnesses,
        new TagListTests().Everybodys_tags_equal_the_truth_after_a_night_that_asks_for_no_profile,
        new KnownDaysTests().As_of_a_day_is_by_what_is_known_now_and_not_by_what_was_stored_then,
        new PrivacyReturnTests().A_return_is_the_same_person_with_another_episode,
        new ArrivalPrivacyTests().Visitors_who_do_not_follow_go_when_their_last_visit_is_long_ago,
        new TracesTests().A_refusal_goes_when_it_is_old_and_its_openid_is_listed_no_more,
        new AccountMigrationTests().A_refused_openid_loses_nobody_and_is_asked_about_again,
    ];

    public static TheoryData<string> Sentences => [.. Chosen.Select(sentence => sentence.Method.Name)];

    [Theory]
    [MemberData(nameof(Sentences))]
    public Task Holds_in_a_database_of_parted_tables(string sentence) => SpreadTables.AskForAsync(Chosen.Single(one => one.Method.Name == sentence));

    [Fact]
    public Task Such_a_database_has_the_tables_parted_and_the_views_in_their_other_form() => SpreadTables.AskForAsync(async () =>
    {
        await using TestDatabase parted = await TestDatabase.CreateAsync();

        foreach (string table in SpreadTables.Names)
            (await parted.ReadAsync<string>($"select pg_get_partkeydef('{table}'::regclass)")).ShouldBe("HASH (openid)", table);
        (await parted.ReadAsync<long>("select count(*) from pg_class where relnamespace = 'wechat'::regnamespace and relkind = 'v'"))
            .ShouldBe(Directory.GetFiles(Repository.PathOf("db/views")).LongLength);
        (await parted.Open().RunAsync(tx => Task.FromResult(tx.IsSpread), default)).ShouldBeTrue();
    });
}
