using FollowerSync.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Logging;

public sealed class OutageTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Outage _outage;

    public OutageTests() => _outage = new Outage(_time);

    [Fact]
    public void Its_beginning_and_its_end_are_news_and_nothing_between()
    {
        _outage.End().ShouldBeNull();
        _outage.Begin().ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(80.2));
        _outage.Begin().ShouldBeFalse();
        _outage.End().ShouldBe(TimeSpan.FromSeconds(81));
        _outage.End().ShouldBeNull();
    }

    [Fact]
    public void One_that_follows_shortly_after_another_is_news_only_when_it_lasts()
    {
        _outage.Begin();
        _outage.End();
        _time.Advance(TimeSpan.FromSeconds(3));

        _outage.Begin().ShouldBeFalse();
        _outage.End().ShouldBeNull();
        _outage.Begin().ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(10));
        _outage.Begin().ShouldBeTrue();
        _outage.Begin().ShouldBeFalse();
        _outage.End().ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void One_that_follows_later_is_news_at_once()
    {
        _outage.Begin();
        _outage.End();
        _time.Advance(TimeSpan.FromMinutes(1));

        _outage.Begin().ShouldBeTrue();
    }
}
