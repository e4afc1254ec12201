using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FollowerSync.CommandLine;

/// <summary>What <c>--json</c> writes: one document on stdout, names as the columns of the database have them.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Task WriteAsync<T>(CommandContext context, T report) =>
        context.Output.WriteLineAsync(context.Mask.Mask(JsonSerializer.Serialize(report, Options)));

    /// <summary>Likewise with the secret in it that somebody asked for.</summary>
    public static Task WriteSecretAsync<T>(CommandContext context, T report) => context.Output.WriteLineAsync(JsonSerializer.Serialize(report, Options));
}
