using System.Diagnostics;
using FollowerSync.Telemetry;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Calls;

/// <summary>An attempt of a call as a metric and, where that is wanted, a span. HTTP says 200 to almost everything, so WeChat's own code is what tells.</summary>
internal static class CallTrace
{
    /// <param name="api">Path of the API, without its query.</param>
    /// <param name="time">The clock.</param>
    /// <param name="call">The attempt.</param>
    public static async Task<T> MeasureAsync<T>(string api, TimeProvider time, Func<Task<T>> call)
    {
        using Activity? span = Instruments.Calls.StartActivity("call", ActivityKind.Client);
        span?.SetTag("wechat.api", api);
        long began = time.GetTimestamp();
        try
        {
            T answer = await call();
            Instruments.CallDuration.Record(time.GetElapsedTime(began).TotalSeconds, Instruments.Api(api), new("wechat.errcode", 0));
            return answer;
        }
        catch (WeChatApiException exception)
        {
            TagList tags = new() { Instruments.Api(api), Instruments.Error(TypeOf(exception)) };
            if (exception.ErrorCode is { } code)
                tags.Add("wechat.errcode", code);
            Instruments.CallDuration.Record(time.GetElapsedTime(began).TotalSeconds, tags);
            span?.SetTag("error.type", TypeOf(exception)).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    /// <summary>WeChat's code, or that no usable answer came.</summary>
    public static string TypeOf(WeChatApiException exception) => exception.ErrorCode is { } code ? FormattableString.Invariant($"{code}") : "no_answer";
}
