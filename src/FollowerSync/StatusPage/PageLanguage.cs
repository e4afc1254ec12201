using FollowerSync.Languages;
using FollowerSync.StatusPage.Views;
using FollowerSync.Web;
using StringWithQualityHeaderValue = Microsoft.Net.Http.Headers.StringWithQualityHeaderValue;

namespace FollowerSync.StatusPage;

/// <summary>The language a browser is answered in: <c>?culture=</c>, which is remembered, else what was remembered, else what the browser prefers of the two; Chinese when nothing tells.</summary>
internal static class PageLanguage
{
    public const string Parameter = "culture";
    private const string Cookie = "followersync-language";
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public static PageWords Of(HttpContext http)
    {
        if (Chosen(http.Request.Query[Parameter].ToString()) is { } asked)
        {
            http.Response.Cookies.Append(Cookie, asked.Language, new CookieOptions { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, MaxAge = Remembered });
            return asked;
        }

        return Chosen(http.Request.Cookies[Cookie]) ?? new PageWords(IsChinese: !PrefersEnglish(http));
    }

    /// <summary>Address of the same page in the other language; of the first page where this one cannot be asked for again, as the way back from signing in, or has the
    /// address of another site.</summary>
    public static string Other(HttpContext http, PageWords words)
    {
        string language = words.IsChinese ? LanguageCode.English : LanguageCode.Chinese;
        if (!HttpMethods.IsGet(http.Request.Method) || http.Request.Path == SignInOptions.ReturnPath || OwnPath.Of(http.Request) is not { } path)
            return "/" + QueryString.Create(Parameter, language);
        return path + QueryString.Create(http.Request.Query.Where(one => one.Key != Parameter).Append(new(Parameter, language)));
    }

    private static PageWords? Chosen(string? language) => language switch
    {
        LanguageCode.Chinese => new PageWords(IsChinese: true),
        LanguageCode.English => new PageWords(IsChinese: false),
        _ => null,
    };

    private static bool PrefersEnglish(HttpContext http) => http.Request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(one => one.Quality ?? 1).Select(IsEnglish).FirstOrDefault(known => known is not null) ?? false;

    private static bool? IsEnglish(StringWithQualityHeaderValue language) =>
        language.Quality is 0 ? null
        : language.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? true
        : language.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? false : null;
}
