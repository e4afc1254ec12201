using FollowerSync.Followers;

namespace FollowerSync.Tests.Followers;

public sealed class SeenUnionIdsTests
{
    [Fact]
    public void It_forgets_nobody_and_seldom_takes_a_new_one_for_a_known_one()
    {
        const int Many = 200_000;
        SeenUnionIds seen = new();
        for (int i = 0; i < Many; i++)
            seen.Add(UnionId(i));

        Enumerable.Range(0, Many).ShouldAllBe(i => seen.MayContain(UnionId(i)));
        Enumerable.Range(Many, Many).Count(i => seen.MayContain(UnionId(i))).ShouldBeLessThan(20);
    }

    [Fact]
    public void A_new_one_knows_nobody() => new SeenUnionIds().MayContain(UnionId(1)).ShouldBeFalse();

    private static byte[] UnionId(int number) => System.Text.Encoding.UTF8.GetBytes($"o6_bmasdasdsad6_2sgVt7h{number:x6}");
}
