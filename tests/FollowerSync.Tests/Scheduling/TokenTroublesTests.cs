using FollowerSync.Scheduling;

namespace FollowerSync.Tests.Scheduling;

public sealed class TokenTroublesTests
{
    private readonly TokenTroubles _troubles = new();

    [Fact]
    public void A_trouble_is_news_once_until_it_is_over_or_becomes_another()
    {
        _troubles.Begin("wx1", "40125").ShouldBeTrue();
        _troubles.Begin("wx1", "40125").ShouldBeFalse();
        _troubles.Begin("wx2", "40125").ShouldBeTrue();
        _troubles.Begin("wx1", "40164").ShouldBeTrue();
        _troubles.End("wx1").ShouldBeTrue();
        _troubles.End("wx1").ShouldBeFalse();
        _troubles.Begin("wx1", "40164").ShouldBeTrue();
    }

    [Fact]
    public void A_trouble_that_somebody_else_met_is_news_only_while_none_is_known()
    {
        _troubles.BeginElsewhere("wx1").ShouldBeTrue();
        _troubles.BeginElsewhere("wx1").ShouldBeFalse();
        _troubles.Begin("wx1", "40125").ShouldBeTrue();
        _troubles.BeginElsewhere("wx1").ShouldBeFalse();
        _troubles.End("wx1").ShouldBeTrue();
    }
}
