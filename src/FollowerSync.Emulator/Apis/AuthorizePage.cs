using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary><c>/connect/oauth2/authorize</c>: the visitor's phone. WeChat matches the address by a pattern, so that its parts must come in their order; the page
/// then clicks itself and goes back to <c>redirect_uri</c>.</summary>
internal sealed partial class AuthorizePage(EmulatorOptions options, IReadOnlyList<EmulatedAccount> accounts)
{
    public WeChatError? Open(ApiCall call)
    {
        call.ContentType = "text/html; charset=utf-8";
        string page = WhereTo(call) is var (back, error) && error is null ? Forward(back!) : Refusal(error!);
        call.Answer.Raw(Encoding.UTF8.GetBytes(page));
        return null;
    }

    private (string? Back, string? Error) WhereTo(ApiCall call)
    {
        Match match = Pattern().Match(call.Context.Request.QueryString.Value ?? "");
        if (!match.Success)
            return (null, "参数错误 (10004: the parameters must be appid, redirect_uri, response_type, scope, state, in this order)");
        call.Owner = accounts.FirstOrDefault(account => account.AppId == match.Groups["appid"].Value);
        if (call.Owner is null)
            return (null, "appid 参数错误 (10013)");
        if (!Uri.TryCreate(Uri.UnescapeDataString(match.Groups["redirect"].Value), UriKind.Absolute, out Uri? redirect) || redirect.Scheme is not ("http" or "https"))
            return (null, "redirect_uri 参数错误 (10003)");
        if (options.Visitors.Domain is { } domain && !string.Equals(domain, redirect.Host, StringComparison.OrdinalIgnoreCase))
            return (null, "redirect_uri 域名与后台配置不一致 (10003)");

        string? code = call.Owner.Visitors.Come(match.Groups["scope"].Value);
        string query = code is null ? $"state={match.Groups["state"].Value}" : $"code={code}&state={match.Groups["state"].Value}";
        return ($"{redirect.AbsoluteUri}{(redirect.Query.Length == 0 ? '?' : '&')}{query}", null);
    }

    private static string Forward(string back)
    {
        string address = WebUtility.HtmlEncode(back);
        return $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>WeChat</title><meta http-equiv=\"refresh\" content=\"0;url={address}\"></head>"
            + $"<body><a id=\"allow\" href=\"{address}\">允许</a><script>location.replace(document.getElementById('allow').href)</script></body></html>\n";
    }

    private static string Refusal(string error) =>
        $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>WeChat</title></head><body><h1>{WebUtility.HtmlEncode(error)}</h1></body></html>\n";

    [GeneratedRegex(
        @"^\?appid=(?<appid>[^&]+)&redirect_uri=(?<redirect>[^&]+)&response_type=code&scope=(?<scope>snsapi_base|snsapi_userinfo)&state=(?<state>[a-zA-Z0-9]{0,128})(&connect_redirect=1)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pattern();
}
