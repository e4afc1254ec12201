using System.Text.Json;
using FollowerSync.Languages;
using FollowerSync.Web;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Asks the provider of <c>StatusPage:OpenIdConnect</c> for what it says of itself, as the page does when somebody signs in. Without it nobody comes in; syncs go on.</summary>
internal sealed class SignInCheck(CheckList list, TimeProvider time)
{
    private const string Name = "sign-in";

    public async Task RunAsync(StatusPageOptions page, CancellationToken cancellationToken)
    {
        SignInOptions settings = page.OpenIdConnect;
        if (!settings.IsOn)
            return;
        using CancellationTokenSource deadline = new(SignInOptions.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            string issuer = await IssuerAsync(settings.Authority, either.Token);
            if (issuer.TrimEnd('/') != settings.Authority.TrimEnd('/'))
                list.Warning(Name, $"the provider at {settings.Authority} calls itself {issuer}. If that is it, set StatusPage:OpenIdConnect:Authority so.");
            else
                list.Ok(Name, $"{issuer} answers. It has to know the redirect address {RedirectOf(page)}; {settings.Allowed.Count} value(s) of {settings.Claim} may come in.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or OperationCanceledException or IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            list.Warning(Name, $"nobody can sign in to the status page: the provider at {settings.Authority} gives no discovery document ({CauseOf(exception)}). Compare StatusPage:OpenIdConnect:Authority with the issuer that the provider names, and see that this machine reaches it.");
        }
    }

    private static async Task<string> IssuerAsync(string authority, CancellationToken cancellationToken)
    {
        using HttpClient http = new(OutboundHandler.Create(SignInOptions.Patience)) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = SignInOptions.LargestAnswer };
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"{authority.TrimEnd('/')}/.well-known/openid-configuration"), cancellationToken);
        answer.EnsureSuccessStatusCode();
        using JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        return document.RootElement.GetProperty("issuer").GetString() ?? "";
    }

    private static Uri RedirectOf(StatusPageOptions page) => new(page.PublicBase ?? new Uri(page.Url.Length > 0 ? page.Url : "http://127.0.0.1:8080"), SignInOptions.ReturnPath);

    private static Sentence CauseOf(Exception exception) => exception switch
    {
        OperationCanceledException => $"no answer within {SignInOptions.Patience.TotalSeconds:0} s",
        HttpRequestException { StatusCode: { } status } => Sentence.Foreign($"HTTP {(int)status}"),
        HttpRequestException { HttpRequestError: var error } => Sentence.Foreign($"{error}"),
        _ => Sentence.Foreign(exception.GetType().Name),
    };
}
