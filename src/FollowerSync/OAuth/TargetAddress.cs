using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.OAuth;

/// <summary>Addresses that visitors are sent on to: the target's own, with what it is told behind its query and before its fragment.</summary>
internal static class TargetAddress
{
    /// <summary>With the openid, signed by the target's key; without any when the target has none.</summary>
    public static string With(Target target, Visitor visitor, string visitorState, DateTimeOffset now)
    {
        if (target.Key.Length == 0)
            return Without(target, visitorState);

        string time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string line = $"{visitor.Account.AppId}|{visitor.OpenId}|{visitor.UnionId}|{visitorState}|{time}";
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(target.Key), Encoding.UTF8.GetBytes(line)));
        return Append(
            target.Url,
            $"fs_openid={Uri.EscapeDataString(visitor.OpenId)}&fs_unionid={Uri.EscapeDataString(visitor.UnionId ?? "")}&fs_state={visitorState}&fs_time={time}&fs_sig={signature}");
    }

    /// <summary>Without an openid. The state is there even when it is empty: so the page knows that the visitor was at WeChat, and does not ask again.</summary>
    public static string Without(Target target, string visitorState) => Append(target.Url, $"fs_state={visitorState}");

    private static string Append(Uri url, string query)
    {
        UriBuilder address = new(url) { Host = url.IdnHost, Query = url.Query.Length > 1 ? $"{url.Query[1..].TrimEnd('&')}&{query}" : query };
        return address.Uri.AbsoluteUri;
    }
}
