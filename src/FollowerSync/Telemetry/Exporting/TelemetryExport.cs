using FollowerSync.Logging;
using FollowerSync.Web;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FollowerSync.Telemetry.Exporting;

/// <summary>Collects and exports, from the start of the host to its end, which it holds up for three seconds at most.</summary>
internal sealed class TelemetryExport : IHostedService, IInnerRoutes, IDisposable
{
    private const int LastWords = 2_000;

    /// <summary>The library's own limit, beyond which all series of a metric become one.</summary>
    private const int LeastSeries = 2_000;

    private const int SeriesOfAnAccount = 40;

    private static readonly string[] Meters =
        [Instruments.Name, "Polly", "Npgsql", "Quartz", "System.Net.Http", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(3);

    private readonly TelemetryOptions _options;
    private readonly TimeProvider _time;
    private readonly OpenTelemetrySdk _sdk;

    private bool _hasEnded;

    public TelemetryExport(IConfiguration settings, IOptions<TelemetryOptions> options, SecretMask mask, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        bool isSent = OtlpTarget.IsSet(settings);
        _sdk = OpenTelemetrySdk.Create(telemetry =>
        {
            telemetry.ConfigureResource(resource => resource.AddService("followersync", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector());
            telemetry.WithMetrics(metrics => Collect(metrics, settings, isSent));
            if (isSent)
                telemetry.WithTracing(traces => Collect(traces, settings, mask));
        });
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The first to start is the last to stop. No request of an exporter can be broken off, so it is left behind when it takes too long.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _hasEnded = true;
        Task ends = Task.WhenAll(Task.Run(() => _sdk.MeterProvider.Shutdown(LastWords), CancellationToken.None), Task.Run(() => _sdk.TracerProvider.Shutdown(LastWords), CancellationToken.None));
        await ends.WaitAsync(LongestEnd, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        if (_options.Metrics)
            routes.MapPrometheusScrapingEndpoint("/metrics", _sdk.MeterProvider, configureBranchedPipeline: null, optionsName: null);
    }

    // What has been shut down waits for nothing more; what was never started ends here.
    public void Dispose()
    {
        if (!_hasEnded)
            _sdk.Dispose();
    }

    private void Collect(MeterProviderBuilder metrics, IConfiguration settings, bool isSent)
    {
        metrics.AddMeter(Meters);
        int series = Math.Max(LeastSeries, SeriesOfAnAccount * settings.GetSection("WeChat:Accounts").GetChildren().Count());
        metrics.AddView(instrument => instrument.Meter.Name == Instruments.Name ? new MetricStreamConfiguration { CardinalityLimit = series } : null);
        // Without the trigger's name: each firing that is taken over from a node that died has one of its own.
        metrics.AddView("quartz.job.execution.duration", new MetricStreamConfiguration { CardinalityLimit = series, TagKeys = ["quartz.job.group", "quartz.job.name", "quartz.job.type", "quartz.job.result"] });
        if (_options.Metrics)
            metrics.AddPrometheusExporter();
        if (isSent)
            metrics.AddOtlpExporter(options => OtlpTarget.Apply(options, settings, "metrics"));
    }

    private void Collect(TracerProviderBuilder traces, IConfiguration settings, SecretMask mask)
    {
        traces.AddSource(_options.TraceCalls ? [Instruments.Name, Instruments.CallsName] : [Instruments.Name]);
        traces.AddProcessor(new MaskingProcessor(mask));
        traces.AddOtlpExporter(options => OtlpTarget.Apply(options, settings, "traces"));
    }
}
