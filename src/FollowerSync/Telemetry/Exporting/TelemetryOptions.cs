namespace FollowerSync.Telemetry.Exporting;

/// <summary>Section <c>Telemetry</c>: what is measured, beside where it is sent to, which the usual <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Whether <c>/metrics</c> of the status page's address answers Prometheus. Default <c>false</c>.</summary>
    public bool Metrics { get; set; }

    /// <summary>Whether every call to WeChat becomes a span, of which a run of three million people makes thirty thousand. Default <c>false</c>.</summary>
    public bool TraceCalls { get; set; }
}
