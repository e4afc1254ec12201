using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace FollowerSync.WeChat;

/// <summary>Repeats a call whose failure is passing: after a wait that doubles with jitter, or at the next minute when the minute's limit is reached.</summary>
internal sealed class CallResilience
{
    private static readonly ResiliencePropertyKey<CallCounts> CountsKey = new("counts");

    private readonly ResiliencePipeline _pipeline;

    public CallResilience(IOptions<WeChatOptions> options, TimeProvider time)
    {
        WeChatOptions settings = options.Value;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (settings.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<WeChatApiException>(e => e.Reaction is Reaction.Retry or Reaction.SlowDown),
                MaxRetryAttempts = settings.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = settings.RetryDelay,
                MaxDelay = settings.MaxRetryDelay,
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is WeChatApiException { Reaction: Reaction.SlowDown } ? UntilNextMinute(time) : (TimeSpan?)null),
                OnRetry = arguments =>
                {
                    if (arguments.Context.Properties.TryGetValue(CountsKey, out CallCounts? counts))
                        counts.CountRetry(arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            });
        }

        _pipeline = builder.Build();
    }

    public async Task<T> ExecuteAsync<T>(CallCounts counts, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CountsKey, counts);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, call) => await call(context.CancellationToken), context, call);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static TimeSpan UntilNextMinute(TimeProvider time)
    {
        TimeSpan jitter = TimeSpan.FromMilliseconds(Random.Shared.Next(100, 2_000));
        return TimeSpan.FromSeconds(60 - time.GetUtcNow().Second) + jitter;
    }
}
