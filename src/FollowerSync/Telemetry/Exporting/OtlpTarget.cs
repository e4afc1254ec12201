using FollowerSync.Languages;
using OpenTelemetry.Exporter;

namespace FollowerSync.Telemetry.Exporting;

/// <summary>The collector, by the names that all programs with OpenTelemetry share; in the environment or the settings file.</summary>
internal static class OtlpTarget
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string Headers = "OTEL_EXPORTER_OTLP_HEADERS";
    public const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    // A collector that hangs must not hold the stop.
    private const int Patience = 2_000;

    public static bool IsSet(IConfiguration settings) => !string.IsNullOrWhiteSpace(settings[Endpoint]);

    /// <summary>What an endpoint has to be when the text is none; null when it is one.</summary>
    public static Sentence? BrokenEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
            ? null : (Sentence)"must be the address of the collector, such as http://127.0.0.1:4318, without a login in it: that goes into OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>What a protocol has to be.</summary>
    public static Sentence? BrokenProtocol(string text) => text is "http/protobuf" or "grpc" ? null : (Sentence)"must be http/protobuf (the default) or grpc";

    /// <summary>The values of the headers, which are most often secrets.</summary>
    public static IEnumerable<string> SecretsOf(IConfiguration settings) =>
        (settings[Headers] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());

    /// <param name="options">Gets the target.</param>
    /// <param name="settings">Names it.</param>
    /// <param name="signal"><c>metrics</c> or <c>traces</c>.</param>
    public static void Apply(OtlpExporterOptions options, IConfiguration settings, string signal)
    {
        string address = settings[Endpoint]!.Trim().TrimEnd('/');
        bool isGrpc = settings[Protocol]?.Trim() == "grpc";
        options.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        // Set here it is taken as it is.
        options.Endpoint = new Uri(isGrpc ? address : $"{address}/v1/{signal}");
        options.TimeoutMilliseconds = Patience;
        if (settings[Headers] is { Length: > 0 } headers)
            options.Headers = headers;
    }
}
