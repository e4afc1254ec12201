using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FollowerSync.Accounts;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.Tests.WeChat.Calls;

public sealed class CallResilienceTests
{
    private static readonly DateTimeOffset TwentySecondsPast = new(2026, 1, 1, 3, 30, 20, TimeSpan.Zero);

    private readonly SkippingTime _time = new(TwentySecondsPast);
    private readonly CallCounts _counts = new();
    private int _attempts;

    [Fact]
    public async Task A_reached_minute_limit_is_waited_out_until_the_next_minute()
    {
        await CallAsync(Failing(times: 1, Code(45011)));

        _attempts.ShouldBe(2);
        _time.Waits.ShouldHaveSingleItem().ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(42));
        _counts.Waited.ShouldBe(_time.Waits[0]);
    }

    [Fact]
    public async Task A_passing_failure_is_repeated_after_waits_that_grow()
    {
        await CallAsync(Failing(times: 4, Code(-1)));

        _attempts.ShouldBe(5);
        _counts.Retries.ShouldBe(4);
        _time.Waits.ShouldAllBe(wait => wait <= TimeSpan.FromSeconds(30));

        // Jitter may shorten any one wait; four that double from a second on come to at least 5.7 s together, four of a second to 4 s.
        _time.Waits.Aggregate((sum, wait) => sum + wait).ShouldBeGreaterThan(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(40003)]
    [InlineData(40013)]
    [InlineData(42001)]
    [InlineData(45009)]
    [InlineData(123456)]
    public async Task A_code_that_asks_for_something_else_is_not_repeated(int code)
    {
        (await Should.ThrowAsync<WeChatApiException>(() => CallAsync(Failing(times: 1, Code(code))))).ErrorCode.ShouldBe(code);

        _attempts.ShouldBe(1);
        _time.Waits.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dead_API_is_left_alone_and_found_alive_again()
    {
        CallResilience resilience = New(new WeChatOptions { Retries = 5, RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(10) });
        Func<CancellationToken, Task<string>> dead = Failing(times: 14, WeChatApiException.NoAnswer("/cgi-bin/user/get", "connection refused"));

        await Should.ThrowAsync<WeChatApiException>(() => resilience.ExecuteAsync(_counts, null, dead, default));
        await Should.ThrowAsync<WeChatApiException>(() => resilience.ExecuteAsync(_counts, null, dead, default));
        (await resilience.ExecuteAsync(_counts, null, dead, default)).ShouldBe("answer");

        _attempts.ShouldBe(15);
        _time.Waits.ShouldContain(wait => wait > TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("http://tokens.example")]
    [InlineData("Redis cache.example:6379")]
    public async Task A_dead_token_service_of_one_account_keeps_nobody_from_calling_WeChat(string api)
    {
        CallResilience resilience = New(new WeChatOptions { Retries = 20, RetryDelay = TimeSpan.FromMilliseconds(10), MaxRetryDelay = TimeSpan.FromMilliseconds(10) });
        await Should.ThrowAsync<WeChatApiException>(() => resilience.ExecuteAsync(_counts, null, Failing(times: 100, WeChatApiException.NoAnswer(api, "connection refused")), default));
        _attempts.ShouldBe(21);

        (await resilience.ExecuteAsync(_counts, null, _ => Task.FromResult("answer"), default)).ShouldBe("answer");

        _time.Waits.ShouldAllBe(wait => wait < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_repeat_is_counted_by_the_meter_under_the_pipelines_name()
    {
        ConcurrentQueue<string> events = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument is { Meter.Name: "Polly", Name: "resilience.polly.strategy.events" })
                heard.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, _, tags, _) => events.Enqueue(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        listener.Start();

        await CallAsync(Failing(times: 1, Code(-1)));

        events.ShouldContain(tags => tags.Contains("OnRetry", StringComparison.Ordinal) && tags.Contains("wechat", StringComparison.Ordinal));
    }

    private Task<string> CallAsync(Func<CancellationToken, Task<string>> call) => New(new WeChatOptions()).ExecuteAsync(_counts, null, call, default);

    private CallResilience New(WeChatOptions options) => new(Options.Create(options), _time);

    private Func<CancellationToken, Task<string>> Failing(int times, WeChatApiException failure) =>
        _ => ++_attempts <= times ? Task.FromException<string>(failure) : Task.FromResult("answer");

    private static WeChatApiException Code(int code) => WeChatApiException.FromCode("/cgi-bin/user/get", code, "as told", ErrorReactions.Of(code));
}
