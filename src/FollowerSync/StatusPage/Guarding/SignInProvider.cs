using FollowerSync.Web;
using FollowerSync.WeChat.Calls;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Sets up the library that speaks OpenID Connect. Only here and in <see cref="SignInEvents"/> it is named, so that a worker whose page has a password does not load it.</summary>
internal static class SignInProvider
{
    /// <summary>Scheme of the provider.</summary>
    public const string Scheme = "provider";

    public static void Add(IServiceCollection services, StatusPageOptions page, PageKeys keys, TimeProvider time)
    {
        SignInOptions settings = page.OpenIdConnect;
        // Sessions of another provider, or given to another page of it, are none of this one.
        IDataProtector protector = keys.CreateProtector(settings.Authority).CreateProtector(settings.ClientId);
        CookieSecurePolicy secure = page.PublicBase?.Scheme == Uri.UriSchemeHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        services.AddAuthentication()
            .AddCookie(PageSession.Scheme, session =>
            {
                session.Cookie.Name = "followersync-session";
                session.Cookie.SameSite = SameSiteMode.Lax;
                session.Cookie.SecurePolicy = secure;
                session.ExpireTimeSpan = PageSession.Lifetime;
                session.SlidingExpiration = false;
                session.DataProtectionProvider = protector;
                session.TimeProvider = time;
            })
            .AddOpenIdConnect(Scheme, provider =>
            {
                provider.SignInScheme = PageSession.Scheme;
                provider.Authority = settings.Authority;
                provider.RequireHttpsMetadata = settings.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
                provider.ClientId = settings.ClientId;
                provider.ClientSecret = settings.ClientSecret;
                provider.ResponseType = "code";
                provider.ResponseMode = "query";
                // Else every request of anybody would have this machine call the provider under its own name.
                provider.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
                foreach (string scope in settings.Scopes.Prepend("email"))
                    provider.Scope.Add(scope);
                provider.CallbackPath = SignInOptions.ReturnPath;
                // The way out is our own.
                provider.RemoteSignOutPath = default;
                provider.SignedOutCallbackPath = default;
                provider.MapInboundClaims = false;
                provider.SaveTokens = false;
                // Some providers tell groups and addresses there alone.
                provider.GetClaimsFromUserInfoEndpoint = true;
                foreach (string claim in PageSession.Names.Append("email_verified").Append(settings.Claim).Distinct(StringComparer.Ordinal))
                    provider.ClaimActions.MapJsonKey(claim, claim);
                foreach (CookieBuilder cookie in new[] { provider.CorrelationCookie, provider.NonceCookie })
                    (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, secure);
                provider.DataProtectionProvider = protector;
                provider.Backchannel = new HttpClient(OutboundHandler.Create(SignInOptions.Patience)) { Timeout = SignInOptions.Patience, MaxResponseContentBufferSize = SignInOptions.LargestAnswer };
                provider.DisableTelemetry = true;
                provider.TimeProvider = time;
                provider.Events = new SignInEvents(settings, page.PublicBase);
            });
    }
}
