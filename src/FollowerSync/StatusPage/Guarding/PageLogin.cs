using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using FollowerSync.Web;
using Microsoft.Extensions.Options;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Lets in who knows <c>StatusPage:Password</c> (HTTP Basic; the user name is what the log of actions calls them).</summary>
internal sealed class PageLogin(IOptions<StatusPageOptions> options, WrongPasswords wrong)
{
    /// <summary>Goes before every page.</summary>
    public async ValueTask<object?> RequireAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (options.Value.Password.Length == 0)
            return await next(context);

        HttpContext http = context.HttpContext;
        http.Response.Headers.CacheControl = PageHeaders.NotKept;
        if (Credentials(http) is not { } given)
            return Ask(http);
        if (wrong.RestFor(http.Connection.RemoteIpAddress) is { } rest)
            return Rest(http, rest);
        if (!IsRight(given.Password))
        {
            wrong.Count(http.Connection.RemoteIpAddress);
            return Ask(http);
        }

        PageVisitor.LetIn(http, given.Name);
        return await next(context);
    }

    // As long whatever is given: the hashes are of one length, and are compared to their end.
    private bool IsRight(string given) => CryptographicOperations.FixedTimeEquals(Hash(given), Hash(options.Value.Password));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static IResult Ask(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"FollowerSync\", charset=\"UTF-8\"";
        return Results.Text("需要密码（StatusPage:Password）；用户名可任填，会记入操作日志。\nThe page needs the password of StatusPage:Password. The user name is yours to choose; the log of actions keeps it.\n", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static IResult Rest(HttpContext http, TimeSpan rest)
    {
        http.Response.Headers.RetryAfter = FormattableString.Invariant($"{Math.Ceiling(rest.TotalSeconds):0}");
        return Results.Text("密码错误次数过多，请一分钟后再试。\nToo many wrong passwords came, from your address or from all together. Try again in a minute.\n", statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static (string Name, string Password)? Credentials(HttpContext http)
    {
        if (!AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out AuthenticationHeaderValue? header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is not { Length: < 4096 } parameter)
            return null;
        byte[] bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out int length))
            return null;
        string text = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (PageVisitor.Shown(text[..colon]), text[(colon + 1)..]);
    }
}
