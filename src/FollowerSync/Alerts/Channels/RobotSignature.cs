using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.Alerts.Channels;

/// <summary>The signatures of robots. Made at the moment of sending, as they are good for an hour.</summary>
internal static class RobotSignature
{
    /// <summary>DingTalk signs the time with the secret; time in milliseconds.</summary>
    public static string OfDingTalk(string secret, long milliseconds) => Base64(secret, Line(milliseconds, secret));

    /// <summary>Feishu signs nothing with time and secret; time in seconds.</summary>
    public static string OfFeishu(string secret, long seconds) => Base64(Line(seconds, secret), "");

    private static string Line(long time, string secret) => string.Create(CultureInfo.InvariantCulture, $"{time}\n{secret}");

    private static string Base64(string key, string text) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
}
