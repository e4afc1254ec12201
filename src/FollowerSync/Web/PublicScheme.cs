namespace FollowerSync.Web;

/// <summary>Takes a request to the https address of <c>StatusPage:PublicBase</c> for one by https, as it was before a proxy in front took off its TLS: what it sets is for https alone. The
/// host name tells; what proxies say in headers is not believed, since anybody may say it.</summary>
internal sealed class PublicScheme(Uri? publicBase)
{
    public Task TellAsync(HttpContext http, RequestDelegate next)
    {
        if (publicBase?.Scheme == Uri.UriSchemeHttps && IsAt(http.Request.Host, publicBase))
            http.Request.Scheme = Uri.UriSchemeHttps;
        return next(http);
    }

    private static bool IsAt(HostString host, Uri address) =>
        (host.Port ?? 443) == address.Port && (host.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase) || host.Host.Equals(address.IdnHost, StringComparison.OrdinalIgnoreCase));
}
