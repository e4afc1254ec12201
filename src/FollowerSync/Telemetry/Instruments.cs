using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FollowerSync.Telemetry;

/// <summary>What is measured, and the names of it. While nobody listens, a measurement is a look at one field. No openid, run number, nickname or address ever
/// becomes an attribute of a metric: there would be a series for each.</summary>
internal static class Instruments
{
    /// <summary>Of the meter, and of the source of spans.</summary>
    public const string Name = "FollowerSync";

    /// <summary>Of the source of a span for each call, of which a run makes thousands.</summary>
    public const string CallsName = "FollowerSync.Calls";

    private static readonly Meter Meter = new(Name);

    public static ActivitySource Runs { get; } = new(Name);

    public static ActivitySource Calls { get; } = new(CallsName);

    public static Histogram<double> RunDuration { get; } = Meter.CreateHistogram(
        "followersync.run.duration", "s", "How long runs took.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 14_400] });

    public static UpDownCounter<long> ActiveRuns { get; } = Meter.CreateUpDownCounter<long>("followersync.run.active", "{run}", "Runs under way.");

    public static Counter<long> ProcessedFollowers { get; } = Meter.CreateCounter<long>("followersync.follower.processed", "{follower}", "People of runs, by what came of them.");

    public static Histogram<double> CallDuration { get; } = Meter.CreateHistogram(
        "wechat.client.request.duration", "s", "How long WeChat took to answer.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>("wechat.client.retry", "{retry}", "Calls that were repeated.");

    public static Counter<long> TokenRefreshes { get; } = Meter.CreateCounter<long>("followersync.token.refresh", "{refresh}", "Access tokens fetched.");

    public static Counter<long> Notifications { get; } = Meter.CreateCounter<long>("followersync.notification.sent", "{notification}", "Messages to alert channels, by what came of them.");

    public static KeyValuePair<string, object?> Account(string account) => new("followersync.account", account);

    public static KeyValuePair<string, object?> Api(string api) => new("wechat.api", api);

    /// <param name="type">A code of WeChat, a status, or <c>no_answer</c>.</param>
    public static KeyValuePair<string, object?> Error(string type) => new("error.type", type);

    public static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
