using FollowerSync.Followers;
using static FollowerSync.Tests.Followers.Told;

namespace FollowerSync.Tests.Followers;

/// <summary>Every case of what can be stored, told and answered of one person. Lists are read to their end at second 0 unless a test says otherwise.</summary>
public sealed class EpisodeArrangementTests
{
    private const int Now = 10_000;

    [Fact]
    public void A_leave_that_WeChat_confirms_has_its_second() =>
        Arranged([Row(-500)], [Leave(100)], Gone()).ShouldBe("-500-100e");

    [Fact]
    public void Who_came_and_went_between_two_looks_has_an_episode() =>
        Arranged([], [Follow(100), Leave(200)], Gone()).ShouldBe("100-200e");

    [Fact]
    public void A_return_keeps_the_exact_leave_before_it() =>
        Arranged([Row(-500)], [Leave(100), Follow(200)], Follows(200)).ShouldBe("-500-100e 200-");

    [Fact]
    public void Every_pair_of_a_flapping_person_is_an_episode() =>
        Arranged([Row(-500)], [Leave(1), Follow(2), Leave(3), Follow(4), Leave(5)], Gone()).ShouldBe("-500-1e 2-3e 4-5e");

    [Fact]
    public void Of_a_person_who_was_never_stored_all_flaps_are_kept_and_the_last_follow_too() =>
        Arranged([], [Follow(1), Leave(3), Follow(5)], Follows(5)).ShouldBe("1-3e 5-");

    [Fact]
    public void A_new_follower_is_left_to_the_merge() => Arranged([], [Follow(100)], Follows(100)).ShouldBe("");

    [Fact]
    public void Nobody_leaves_against_the_answer() => Arranged([Row(-500)], [Leave(100)], Follows(-500)).ShouldBe("-500-");

    [Fact]
    public void Nobody_leaves_against_an_answer_that_tells_no_time() => Arranged([Row(-500)], [Leave(100)], Follows()).ShouldBe("-500-");

    [Fact]
    public void A_leave_is_kept_when_the_answer_tells_of_a_later_follow_that_no_event_told() =>
        Arranged([Row(-500)], [Leave(100)], Follows(200)).ShouldBe("-500-100e 200-");

    [Fact]
    public void Without_a_leave_told_nobody_who_follows_is_marked() => Arranged([Row(-500)], [Follow(-500)], Gone()).ShouldBe("-500-");

    [Fact]
    public void A_follow_told_of_a_follower_marks_nobody_either() => Arranged([Row(-500)], [Follow(100)], Gone()).ShouldBe("-500-[0,100]e 100-");

    [Fact]
    public void Who_was_never_stored_and_whose_leave_was_lost_is_gone_within_bounds() =>
        Arranged([], [Follow(100)], Gone()).ShouldBe("100-[100,10000]a");

    [Fact]
    public void Who_is_not_stored_and_only_left_stays_unknown() => Arranged([], [Leave(100)], Gone()).ShouldBe("");

    [Fact]
    public void Who_is_gone_already_and_came_and_went_again_has_both_episodes() =>
        Arranged([Row(-500).Left(-400, -300)], [Follow(100), Leave(200)], Gone()).ShouldBe("-500-[-400,-300]a 100-200e");

    [Fact]
    public void Who_is_gone_and_came_back_and_lost_its_last_leave_is_gone_within_bounds() =>
        Arranged([Row(-500).Left(-400, -300)], [Follow(100)], Gone()).ShouldBe("-500-[-400,-300]a 100-[100,10000]a");

    [Theory]
    [InlineData(-501)]
    [InlineData(-700)]
    public void A_leave_before_the_stored_follow_changes_nothing(int second) => Arranged([Row(-500)], [Leave(second)], Gone()).ShouldBe("-500-");

    [Fact]
    public void A_leave_before_the_newest_list_that_named_the_person_marks_nobody() =>
        Arranged([Row(-5_000)], [Leave(-3_000)], Gone()).ShouldBe("-5000-");

    [Fact]
    public void A_leave_a_moment_before_the_list_by_another_clock_counts() => Arranged([Row(-500)], [Leave(-30)], Gone()).ShouldBe("-500--30e");

    [Theory]
    [InlineData("listing")]
    [InlineData("answer")]
    public void A_late_leave_sharpens_the_bounds(string source) =>
        Arranged([Row(-9_000).Left(-8_000, -7_000, source)], [Leave(-7_500)], Gone()).ShouldBe("-9000--7500e");

    [Fact]
    public void A_late_leave_sharpens_a_past_episode_though_the_person_follows_again() =>
        Arranged([Since(-9_000).Left(-8_000, -7_000).Past(-6_900), Row(-7_000)], [Leave(-7_500)], Follows(-7_000)).ShouldBe("-9000--7500e -7000-");

    [Fact]
    public void Late_events_split_bounds_that_hid_more_than_one_leave() =>
        Arranged([Since(-9_000).Left(-8_000, -7_000).Past(-6_900), Row(-7_000)], [Leave(-7_900), Follow(-7_800), Leave(-7_700)], Follows(-7_000))
            .ShouldBe("-9000--7900e -7800--7700e -7000-");

    [Fact]
    public void A_late_leave_outside_the_bounds_changes_nothing() =>
        Arranged([Row(-9_000).Left(-8_000, -7_000)], [Leave(-5_000)], Gone()).ShouldBe("-9000-[-8000,-7000]a");

    [Fact]
    public void A_late_leave_before_the_person_was_seen_following_changes_nothing() =>
        Arranged([Row(-9_000).Left(-8_000, -7_000)], [Leave(-8_500)], Gone()).ShouldBe("-9000-[-8000,-7000]a");

    [Fact]
    public void A_late_flap_before_the_person_was_seen_following_again_is_kept() =>
        Arranged([Row(-9_000).Left(-8_000, -7_000)], [Leave(-8_500), Follow(-8_400), Leave(-7_500)], Gone()).ShouldBe("-9000--8500e -8400--7500e");

    [Fact]
    public void A_late_visit_before_the_first_known_follow_is_an_episode() =>
        Arranged([Row(-500)], [Follow(-900), Leave(-800)], Follows(-500)).ShouldBe("-900--800e -500-");

    [Fact]
    public void A_late_visit_while_the_person_was_gone_is_an_episode() =>
        Arranged([Since(-9_000).Left(-8_000, -7_000).Past(-900), Row(-1_000)], [Follow(-5_000), Leave(-4_000)], Follows(-1_000))
            .ShouldBe("-9000-[-8000,-7000]a -5000--4000e -1000-");

    [Fact]
    public void An_exact_leave_is_not_moved_by_another_one() => Arranged([Row(-500).Left(100)], [Leave(300)], Gone()).ShouldBe("-500-100e");

    [Fact]
    public void What_is_stored_already_changes_nothing() =>
        Arranged([Since(-500).Left(100).Past(150), Row(200).Left(300)], [Leave(100), Follow(200), Leave(300)], Gone()).ShouldBe("-500-100e 200-300e");

    [Fact]
    public void Two_leaves_in_a_row_are_bounds_since_the_return_between_them_was_lost() =>
        Arranged([Row(-500)], [Leave(100), Leave(300)], Gone()).ShouldBe("-500-[100,300]e");

    [Fact]
    public void Two_follows_in_a_row_are_bounds_of_the_leave_that_was_lost() =>
        Arranged([Row(-500)], [Follow(100), Leave(200)], Gone()).ShouldBe("-500-[0,100]e 100-200e");

    [Theory]
    [InlineData(101)]
    [InlineData(99)]
    [InlineData(130)]
    public void The_follow_of_an_answer_and_that_of_its_event_are_one_though_their_times_differ(int eventAt) =>
        Arranged([Row(-500)], [Leave(50), Follow(eventAt)], Follows(100)).ShouldBe("-500-50e 100-");

    [Fact]
    public void A_follow_told_seconds_after_the_stored_one_is_the_same() => Arranged([Row(100)], [Follow(103), Leave(200)], Gone()).ShouldBe("100-200e");

    [Fact]
    public void Nobody_leaves_after_having_followed_again_where_clocks_differ() =>
        Arranged([Row(-500)], [Leave(102), Follow(103)], Follows(100)).ShouldBe("-500-100e 100-");

    [Fact]
    public void Nobody_leaves_before_having_followed_where_clocks_differ() => Arranged([Row(104)], [Follow(101), Leave(102)], Gone()).ShouldBe("104-104e");

    [Fact]
    public void A_late_follow_tells_when_somebody_listed_once_had_come() =>
        Arranged([Row(null).Left(-400, -300)], [Follow(-450)], Gone()).ShouldBe("-450-[-400,-300]a");

    [Fact]
    public void A_leave_by_an_event_sharpens_also_where_the_follow_is_not_known() =>
        Arranged([Row(null).Left(-400, -300)], [Leave(-350)], Gone()).ShouldBe("?--350e");

    [Fact]
    public void Follow_and_leave_of_one_second_end_as_the_answer_says()
    {
        Arranged([], [Leave(100), Follow(100)], Gone()).ShouldBe("100-100e");
        Arranged([Row(-500)], [Follow(100), Leave(100)], Follows(100)).ShouldBe("-500-100e 100-");
        Arranged([Row(-500)], [Follow(100), Leave(100)], Gone()).ShouldBe("-500-[0,100]e 100-100e", "the first leave may have been lost");
        Arranged([], [Follow(100), Leave(100)], Follows(100)).ShouldBe("100-100e 100-");
    }

    [Fact]
    public void A_leave_in_the_second_of_the_stored_follow_ends_it_when_the_person_is_gone() =>
        Arranged([Row(100)], [Leave(100)], Gone()).ShouldBe("100-100e");

    [Fact]
    public void A_leave_in_the_second_of_the_stored_follow_came_before_it_when_the_person_follows() =>
        Arranged([Row(100)], [Leave(100)], Follows(100)).ShouldBe("100-100e 100-");

    [Fact]
    public void A_late_leave_in_the_second_of_the_stored_return_is_the_leave_before_it()
    {
        FollowEpisode[] stored = [Since(-9_000).Left(-8_000, -7_000).Past(-6_900), Row(-7_000)];
        Arranged(stored, [Leave(-7_000)], Follows(-7_000)).ShouldBe("-9000--7000e -7000-");
        Arranged(stored, [Follow(-7_000), Leave(-7_000)], Follows(-7_000)).ShouldBe("-9000--7000e -7000-");
    }

    [Fact]
    public void Parts_of_a_second_say_nothing_since_WeChat_tells_whole_ones() =>
        Arranged([Row(-500)], [Leave(100) with { HappenedAt = At(100.7) }, Follow(100) with { HappenedAt = At(100.2) }], Follows(100)).ShouldBe("-500-100e 100-");

    [Fact]
    public void Before_the_first_list_nobody_knows_whether_a_person_followed_already() =>
        EpisodeArrangement.Arrange([], [Follow(100), Leave(100)], Follows(100), listedAt: null, At(Now)).Text().ShouldBe("");

    [Fact]
    public void The_code_of_an_event_is_the_scene_of_its_episode()
    {
        IReadOnlyList<FollowEpisode> visit = EpisodeArrangement.Arrange([], [Follow(100, "qrscene_17"), Leave(200)], Gone(), At(0), At(Now));
        visit.Single().Scene.ShouldBe(new FollowScene("ADD_SCENE_QR_CODE", 17, null));
    }

    [Fact]
    public void The_scene_WeChat_answered_stands_against_that_of_an_event()
    {
        FollowScene search = new("ADD_SCENE_SEARCH", 0, null);
        EpisodeArrangement.Arrange([Row(100) with { Scene = search }], [Follow(100, "qrscene_17")], Follows(100), At(0), At(Now)).Single().Scene.ShouldBe(search);
    }

    private static string Arranged(FollowEpisode[] stored, FollowEvent[] events, FollowAnswer answer) =>
        EpisodeArrangement.Arrange(stored, events, answer, At(0), At(Now)).Text();
}
