using FollowerSync.Sync;

namespace FollowerSync.Tests.Sync;

public sealed class HeldAmountTests
{
    private static readonly HeldAmount Seen = new(41, 120, 3);

    [Theory]
    [InlineData(41, 120, 3)]
    [InlineData(41, 119, 0)]
    public void Whoever_saw_as_much_or_more_has_seen_it_all(long run, long leaving, long unionIds) => Seen.Covers(new HeldAmount(run, leaving, unionIds)).ShouldBeTrue();

    [Theory]
    [InlineData(41, 121, 3)]
    [InlineData(41, 120, 4)]
    [InlineData(42, 120, 3)]
    [InlineData(42, 10, 0)]
    public void Whoever_saw_less_or_another_run_has_not(long run, long leaving, long unionIds) => Seen.Covers(new HeldAmount(run, leaving, unionIds)).ShouldBeFalse();
}
