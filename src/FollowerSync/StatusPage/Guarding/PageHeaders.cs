namespace FollowerSync.StatusPage.Guarding;

/// <summary>What browsers are told about every answer of the inner listener: nothing of elsewhere is loaded, no script but ours runs, no other site shows or reads it.</summary>
internal static class PageHeaders
{
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary><c>Cache-Control</c> of what nobody keeps. With less the making of a form warns in the log that it says so itself.</summary>
    public const string NotKept = "no-cache, no-store";

    public static Task AddAsync(HttpContext http, RequestDelegate next)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        return next(http);
    }
}
