using FollowerSync.Followers;
using FsCheck;
using FsCheck.Fluent;
using static FollowerSync.Tests.Followers.Told;

namespace FollowerSync.Tests.Followers;

/// <summary>Made-up lives of one person, their messages in any order, repeated and lost, against what really happened.</summary>
public sealed class EpisodeArrangementProperties
{
    private const int MaxTest = 500;

    [Fact]
    public void All_messages_in_any_order_and_however_often_tell_the_life_as_it_was() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(MaxTest),
        Prop.ForAll(Lives().ToArbitrary(), life =>
        {
            string told = life.Merged(life.Arrange(life.Messages)).Text();
            told.ShouldBe(life.Truth.Text(), life.ToString());
        }));

    [Fact]
    public void Lost_leaves_only_widen_the_bounds() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(MaxTest),
        Prop.ForAll(Lives(mostInASecond: 1).ToArbitrary(), life =>
        {
            FollowEvent[] arrived = [.. life.Messages.Where((m, i) => m.Kind != FollowEventKind.Unsubscribe || (life.Dice >> (i % 16)) % 3 != 0)];
            IReadOnlyList<FollowEpisode> told = life.AfterTheNextList(life.Arrange(arrived));
            for (double second = 0.5; second < life.End - 990; second++)
            {
                bool isTrue = life.Truth.Any(e => e.FollowedAt <= At(second) && !(e.LeftBefore <= At(second)));
                told.Count(e => e.FollowedAt <= At(second) && !(e.LeftAfter <= At(second))).ShouldBeLessThanOrEqualTo(isTrue ? 1 : 0, $"surely follows at {second}: {told.Text()} of {life}");
                told.Count(e => e.FollowedAt <= At(second) && !(e.LeftBefore <= At(second))).ShouldBeGreaterThanOrEqualTo(isTrue ? 1 : 0, $"may follow at {second}: {told.Text()} of {life}");
            }
        }));

    [Fact]
    public void Any_messages_whatever_leave_a_history_in_order_that_the_answer_does_not_contradict() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(MaxTest),
        Prop.ForAll(Lives().ToArbitrary(), AnyMessages().ToArbitrary(), (life, messages) =>
        {
            IReadOnlyList<FollowEpisode> arranged = life.Arrange(messages);
            arranged.Zip(arranged.Skip(1)).All(p => p.First.LeftBefore <= p.Second.FollowedAt).ShouldBeTrue(arranged.Text());
            arranged.All(e => e.IsOpen || e.FollowedAt == null || (e.FollowedAt <= e.LeftAfter && e.LeftAfter <= e.LeftBefore)).ShouldBeTrue(arranged.Text());
            arranged.SkipLast(1).ShouldAllBe(e => !e.IsOpen);
            if (life.Answer.Follows)
                life.Merged(arranged)[^1].FollowedAt.ShouldBe(life.Answer.FollowedAt);
            else if (life.Stored.Count == 0 || !life.Stored[^1].IsOpen)
                arranged.ShouldAllBe(e => !e.IsOpen);
            else if (!messages.Any(m => m.Kind == FollowEventKind.Unsubscribe))
                arranged[^1].IsOpen.ShouldBeTrue("two witnesses");
            foreach (FollowEpisode stored in life.Stored)
                arranged.Any(e => e.FollowedAt == stored.FollowedAt && e.EndedAt == stored.EndedAt && (stored.IsOpen || e.LeftBefore <= stored.LeftBefore))
                    .ShouldBeTrue(life.ToString());
        }));

    [Fact]
    public void Order_and_repetition_make_no_difference_and_neither_does_doing_it_twice() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(MaxTest),
        Prop.ForAll(Lives().ToArbitrary(), AnyMessages().ToArbitrary(), (life, messages) =>
        {
            IReadOnlyList<FollowEpisode> arranged = life.Arrange(messages);
            FollowEvent[] again = [.. messages, .. messages.Where((_, i) => (life.Dice >> (i % 16)) % 2 == 0)];
            new Random(life.Dice).Shuffle(again);
            life.Arrange(again).ShouldBe(arranged);
        }));

    [Fact]
    public void All_messages_of_a_life_change_nothing_the_second_time() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(MaxTest),
        Prop.ForAll(Lives().ToArbitrary(), life =>
        {
            IReadOnlyList<FollowEpisode> merged = life.Merged(life.Arrange(life.Messages));
            EpisodeArrangement.Arrange(merged, life.Messages, life.Answer, At(life.Look), At(life.End)).Text().ShouldBe(merged.Text(), life.ToString());
        }));

    [Fact]
    public void A_life_told_piece_by_piece_settles_and_claims_no_more_than_there_was()
    {
        for (int seed = 0; seed < 2_000; seed++)
        {
            (int Second, bool Follows)[] changes = ToldPieceByPiece.Changes(seed, mostInASecond: 1);
            foreach ((IReadOnlyList<FollowEpisode> stored, IReadOnlyList<FollowEpisode> again, string why) in ToldPieceByPiece.Looks(changes, seed))
            {
                again.Text().ShouldBe(stored.Text(), $"{seed}, the same look twice: {why}");
                stored.Count.ShouldBeLessThanOrEqualTo(changes.Count(c => c.Follows) + 1, $"{seed}: {stored.Text()} from {why}");
                stored.Where(e => e.IsExact).ShouldAllBe(e => changes.Any(c => !c.Follows && At(c.Second) == e.LeftBefore), $"{seed}: {stored.Text()} from {why}");
            }
        }
    }

    [Fact]
    public void However_often_somebody_looks_at_a_person_who_flaps_within_seconds_nothing_is_added_without_end()
    {
        for (int seed = 0; seed < 2_000; seed++)
        {
            (int Second, bool Follows)[] changes = ToldPieceByPiece.Changes(seed, mostInASecond: 4);
            foreach ((IReadOnlyList<FollowEpisode> stored, _, string why) in ToldPieceByPiece.Looks(changes, seed))
                stored.Count.ShouldBeLessThanOrEqualTo(changes.Count(c => c.Follows) + 3, $"{seed}: {stored.Text()} from {why}");
        }
    }

    // Up to twelve seconds in which something happened, now and then two or three things in one of them.
    private static Gen<Life> Lives(int mostInASecond = 9) =>
        from follows in Gen.Elements(true, false)
        from gaps in Gen.Choose(1, 40).ListOf()
        from flips in Gen.Choose(0, mostInASecond).ListOf()
        from look in Gen.Choose(0, 12)
        from dice in Gen.Choose(0, int.MaxValue)
        select Life.Of(follows, [.. gaps.Take(12)], [.. flips], look, dice);

    private static Gen<FollowEvent[]> AnyMessages() =>
        from seconds in Gen.Choose(-600, 300).ListOf()
        from kinds in Gen.Choose(0, 1).ListOf()
        select seconds.Zip(kinds, (second, kind) => kind == 0 ? Follow(second) : Leave(second)).ToArray();
}
