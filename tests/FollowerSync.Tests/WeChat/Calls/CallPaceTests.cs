using FollowerSync.WeChat.Calls;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.WeChat.Calls;

public sealed class CallPaceTests
{
    [Fact]
    public async Task No_more_calls_begin_than_are_allowed_and_each_end_lets_one_in()
    {
        CallPace pace = new(2, TimeProvider.System);
        await pace.EnterAsync(default);
        await pace.EnterAsync(default);

        Task third = pace.EnterAsync(default);
        third.IsCompleted.ShouldBeFalse();
        pace.Leave();

        await third;
    }

    [Fact]
    public void A_sign_of_overload_halves_what_is_allowed_down_to_one()
    {
        FakeTimeProvider time = new();
        CallPace pace = new(8, time);

        for (int expected = 4; expected >= 1; expected /= 2)
        {
            pace.Struggled();
            pace.Allowed.ShouldBe(expected);
            time.Advance(TimeSpan.FromSeconds(2));
        }

        pace.Struggled();
        pace.Allowed.ShouldBe(1);
    }

    [Fact]
    public void Failures_of_calls_that_were_under_way_together_are_one_sign()
    {
        CallPace pace = new(8, new FakeTimeProvider());

        for (int i = 0; i < 8; i++)
            pace.Struggled();

        pace.Allowed.ShouldBe(4);
    }

    [Fact]
    public void Good_answers_allow_one_more_at_a_time_up_to_the_setting()
    {
        CallPace pace = new(3, new FakeTimeProvider());
        pace.Struggled();
        pace.Allowed.ShouldBe(1);

        for (int i = 0; i < 10; i++)
            pace.Answered();
        pace.Allowed.ShouldBe(2);
        for (int i = 0; i < 200; i++)
            pace.Answered();

        pace.Allowed.ShouldBe(3);
    }

    [Fact]
    public async Task Whoever_stops_waiting_takes_no_turn()
    {
        CallPace pace = new(1, TimeProvider.System);
        await pace.EnterAsync(default);
        using var stop = new CancellationTokenSource();
        Task given = pace.EnterAsync(stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => given);

        pace.Leave();

        await pace.EnterAsync(default);
    }
}
