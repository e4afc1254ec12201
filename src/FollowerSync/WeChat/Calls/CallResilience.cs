using FollowerSync.Accounts;
using FollowerSync.Telemetry;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace FollowerSync.WeChat.Calls;

/// <summary>Repeats a call whose failure is passing: after a wait that doubles with jitter, or at the next minute when the minute's limit is reached.
/// When nothing has come back from WeChat for a while, calls are left out altogether for some seconds.</summary>
internal sealed class CallResilience
{
    /// <summary>So many failures without a single answer in between, within <see cref="DeadWithin"/>, and the API counts as dead.</summary>
    private const int DeadAt = 12;

    private static readonly TimeSpan DeadWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestJitter = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait before the repeat of a call that was left out.</summary>
    public static readonly TimeSpan LongestLeftAlone = LeftAlone + LongestJitter;

    private static readonly ResiliencePropertyKey<CallCounts> CountsKey = new("counts");
    private static readonly ResiliencePropertyKey<CallPace?> PaceKey = new("pace");

    private readonly ResiliencePipeline _pipeline;

    public CallResilience(IOptions<WeChatOptions> options, TimeProvider time)
        : this(options.Value, time)
    {
    }

    private CallResilience(WeChatOptions settings, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { Name = "wechat", TimeProvider = time };
        if (settings.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder()
                    .Handle<WeChatApiException>(e => e.Reaction is Reaction.Retry or Reaction.SlowDown)
                    .Handle<BrokenCircuitException>(),
                MaxRetryAttempts = settings.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = settings.RetryDelay,
                MaxDelay = settings.MaxRetryDelay,
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Exception switch
                {
                    WeChatApiException { Reaction: Reaction.SlowDown } => UntilNextMinute(time),
                    BrokenCircuitException => LeftAlone + Jitter(),
                    _ => (TimeSpan?)null,
                }),
                OnRetry = arguments =>
                {
                    if (arguments.Outcome.Exception is WeChatApiException failure)
                        Instruments.Retries.Add(1, Instruments.Api(WeChatApiException.IsForeign(failure.Api) ? "token service" : failure.Api), Instruments.Error(CallTrace.TypeOf(failure)));
                    if (arguments.Context.Properties.TryGetValue(CountsKey, out CallCounts? counts))
                        counts.CountRetry(arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            });
        }

        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            // That the token service or the cache of one account is dead says nothing of the others' calls.
            ShouldHandle = new PredicateBuilder().Handle<WeChatApiException>(e => e.Reaction == Reaction.Retry && e.ErrorCode is null && e.Api.StartsWith('/')),
            FailureRatio = 1,
            MinimumThroughput = DeadAt,
            SamplingDuration = DeadWithin,
            BreakDuration = LeftAlone,
        });
        // No logger: it would write the exception's text at each repeat. The meter "Polly" counts them.
        _pipeline = builder.ConfigureTelemetry(NullLoggerFactory.Instance).Build();
    }

    /// <summary>Repeats nothing.</summary>
    public static CallResilience Once(TimeProvider time) => new(new WeChatOptions { Retries = 0 }, time);

    /// <param name="counts">Counts the repeats.</param>
    /// <param name="pace">Hears how the calls go; null = nobody wants to know.</param>
    /// <param name="call">One attempt.</param>
    /// <param name="cancellationToken">Ends the attempts and the waits between them.</param>
    /// <exception cref="WeChatApiException">The last attempt's failure.</exception>
    public async Task<T> ExecuteAsync<T>(CallCounts counts, CallPace? pace, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CountsKey, counts);
        context.Properties.Set(PaceKey, pace);
        try
        {
            return await _pipeline.ExecuteAsync(static async (context, call) => await AttemptAsync(context, call), context, call);
        }
        catch (BrokenCircuitException)
        {
            throw WeChatApiException.Unreachable("WeChat", $"nothing came back from {DeadAt} calls or more, so it is left alone for some seconds");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async Task<T> AttemptAsync<T>(ResilienceContext context, Func<CancellationToken, Task<T>> call)
    {
        CallPace? pace = context.Properties.GetValue(PaceKey, defaultValue: null);
        try
        {
            T answer = await call(context.CancellationToken);
            pace?.Answered();
            return answer;
        }
        catch (WeChatApiException exception) when (exception.Reaction is Reaction.Retry or Reaction.SlowDown)
        {
            pace?.Struggled();
            throw;
        }
    }

    private static TimeSpan UntilNextMinute(TimeProvider time) => TimeSpan.FromSeconds(60 - time.GetUtcNow().Second) + Jitter();

    private static TimeSpan Jitter() => TimeSpan.FromMilliseconds(Random.Shared.Next(100, (int)LongestJitter.TotalMilliseconds));
}
