using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace FollowerSync.Alerts.Channels;

/// <summary>JSON in which Chinese stands as itself: a third shorter than in escapes, and robots count bytes.</summary>
internal static class AlertJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static byte[] Of(object value) => JsonSerializer.SerializeToUtf8Bytes(value, Plain);
}
