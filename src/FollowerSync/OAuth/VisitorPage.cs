using System.Net;
using Microsoft.Net.Http.Headers;

namespace FollowerSync.OAuth;

/// <summary>What a visitor reads when the way ends here: a plain page, in Chinese or English. Nothing of the request stands in it.</summary>
internal static class VisitorPage
{
    public static readonly (string Chinese, string English) BadLink =
        ("链接不完整或已失效，请从原来的页面重新打开。", "This link is incomplete or no longer works. Please open it again from where you found it.");

    public static readonly (string Chinese, string English) Expired =
        ("页面已过期或已使用过，请重新打开。", "This page has expired or was used already. Please open it again.");

    public static readonly (string Chinese, string English) NotConfirmed =
        ("微信未能确认本次访问，请关闭页面后重新打开。", "WeChat could not confirm this visit. Please close the page and open it again.");

    private static readonly (string Chinese, string English) Again = ("重新打开", "Open it again");

    /// <param name="context">The request.</param>
    /// <param name="text">What to say.</param>
    /// <param name="again">An address of ours to begin anew at; null = none is known.</param>
    public static Task WriteAsync(HttpContext context, (string Chinese, string English) text, string? again = null)
    {
        bool chinese = ReadsChinese(context.Request);
        string link = again is null ? "" : $"<p><a href=\"{WebUtility.HtmlEncode(again)}\">{Of(Again, chinese)}</a></p>";
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status400BadRequest;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentLanguage = chinese ? "zh" : "en";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        return response.WriteAsync(
            $"<!DOCTYPE html><html lang=\"{(chinese ? "zh" : "en")}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>WeChat</title>"
            + $"<body style=\"font-family:sans-serif;margin:3em 1.5em;text-align:center\"><p>{Of(text, chinese)}</p>{link}</body></html>\n",
            context.RequestAborted);
    }

    // Whoever says nothing comes from WeChat in China; whoever reads neither is likelier to read English.
    private static bool ReadsChinese(HttpRequest request)
    {
        IList<StringWithQualityHeaderValue> accepted = request.GetTypedHeaders().AcceptLanguage;
        string? first = accepted.Where(language => language.Quality is not 0).OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.Value ?? "").FirstOrDefault(language => Speaks(language, "zh") || Speaks(language, "en"));
        return first is null ? accepted.Count == 0 : Speaks(first, "zh");
    }

    private static bool Speaks(string language, string name) =>
        language.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (language.Length == name.Length || language[name.Length] == '-');

    private static string Of((string Chinese, string English) text, bool chinese) => chinese ? text.Chinese : text.English;
}
