using System.Security.Claims;
using FollowerSync.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>What this page adds to the library's way of signing in: where people come back to, who may come in, and the reason why somebody does not.</summary>
internal sealed class SignInEvents(SignInOptions settings, Uri? publicBase) : OpenIdConnectEvents
{
    private static readonly object Key = new();

    /// <summary>Why nobody was signed in by this request; null = somebody was.</summary>
    public static SignInFailure? FailureOf(HttpContext http) => http.Items[Key] as SignInFailure;

    /// <summary>What an error of the library comes to.</summary>
    public static SignInFailure FailureOf(Exception exception) => exception switch
    {
        OpenIdConnectProtocolException { Data: var data } when data["error"] is string error => new SignInFailure(ReasonOf(error), CodeOf(error)),
        SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenInvalidLifetimeException => new SignInFailure(SignInReason.ClocksApart, exception.GetType().Name),
        // What the library says of a way back that was not begun by us, or not in this browser.
        AuthenticationFailureException => new SignInFailure(SignInReason.Lost, "no such state, or no cookie of it"),
        _ when Causes(exception).OfType<HttpRequestException>().FirstOrDefault() is { } call => new SignInFailure(SignInReason.ProviderAway, call.StatusCode is { } status ? $"HTTP {(int)status}" : $"{call.HttpRequestError}"),
        _ when Causes(exception).FirstOrDefault(cause => cause is OperationCanceledException or IOException) is { } cause => new SignInFailure(SignInReason.ProviderAway, cause.GetType().Name),
        _ => new SignInFailure(SignInReason.NotProven, exception.GetType().Name),
    };

    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        // Behind a proxy the request says another scheme than the browser.
        if (publicBase is not null)
            context.ProtocolMessage.RedirectUri = new Uri(publicBase, SignInOptions.ReturnPath).AbsoluteUri;
        return Task.CompletedTask;
    }

    public override Task TokenValidated(TokenValidatedContext context)
    {
        // The library checks signatures, but takes tokens without any from the provider itself.
        if (context.SecurityToken.RawSignature is null or "")
            context.Fail(new SecurityTokenInvalidSignatureException("The token is not signed."));
        return Task.CompletedTask;
    }

    public override Task TicketReceived(TicketReceivedContext context)
    {
        if (PageSession.IsUnproven(context.Principal!, settings))
            return EndAsync(context, new SignInFailure(SignInReason.NotAllowed, "email_verified is false", PageSession.NameOf(context.Principal!)));
        // Of what the session will have: it must not be enough here and too little at the page, which would send the person back to the provider.
        ClaimsPrincipal session = PageSession.Of(context.Principal!, settings);
        if (!PageSession.IsAllowed(session, settings))
            return EndAsync(context, new SignInFailure(SignInReason.NotAllowed, $"no allowed value of {settings.Claim}", PageSession.NameOf(context.Principal!)));
        context.Principal = session;
        context.Properties = new AuthenticationProperties();
        return Task.CompletedTask;
    }

    public override Task AccessDenied(AccessDeniedContext context) => EndAsync(context, new SignInFailure(SignInReason.Denied, "access_denied"));

    public override Task RemoteFailure(RemoteFailureContext context) => EndAsync(context, FailureOf(context.Failure!));

    private static Task EndAsync<T>(HandleRequestContext<T> context, SignInFailure failure)
        where T : AuthenticationSchemeOptions
    {
        context.HttpContext.Items[Key] = failure;
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static SignInReason ReasonOf(string error) => error switch
    {
        "server_error" or "temporarily_unavailable" => SignInReason.ProviderAway,
        // The code was taken already, as when the way back is loaded again, or is too old.
        "invalid_grant" => SignInReason.Lost,
        _ => SignInReason.ClientRefused,
    };

    // Anybody can call the way back with any word.
    private static string CodeOf(string error) => error.Length <= 40 && error.All(letter => char.IsAsciiLetterLower(letter) || letter == '_') ? error : "unknown error";
}
