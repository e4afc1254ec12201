// A page that visitors are sent on to, for ASP.NET Core:
//   app.MapGet("/welcome", FollowerSyncVisitor.Answer(appId: "wx…", key: "…"));
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Receiving;

/// <summary>The visitor that FollowerSync sends on.</summary>
public static class FollowerSyncVisitor
{
    /// <summary>The visitor's openid; null when there is none, or the address was not signed for this page just now.</summary>
    public static string? OpenId(IQueryCollection query, string appId, string key, DateTimeOffset now)
    {
        string Part(string name) => query[name] is [{ } value] ? value : "";
        string line = string.Join('|', appId, Part("fs_openid"), Part("fs_unionid"), Part("fs_state"), Part("fs_time"));
        string expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(line)));
        bool isOurs = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Part("fs_sig")), Encoding.UTF8.GetBytes(expected));
        bool isNow = long.TryParse(Part("fs_time"), NumberStyles.None, CultureInfo.InvariantCulture, out long second)
            && Math.Abs(now.ToUnixTimeSeconds() - second) <= 300;
        return isOurs && isNow && Part("fs_openid").Length > 0 ? Part("fs_openid") : null;
    }

    /// <summary>Answers with the openid, or 403.</summary>
    public static Func<HttpContext, IResult> Answer(string appId, string key) => context =>
    {
        string? openId = OpenId(context.Request.Query, appId, key, TimeProvider.System.GetUtcNow());
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return openId is null ? Results.Text("no visitor\n", statusCode: StatusCodes.Status403Forbidden) : Results.Text($"{openId}\n");
    };
}
