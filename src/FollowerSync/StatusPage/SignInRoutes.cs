using System.Security.Claims;
using FollowerSync.Languages;
using FollowerSync.StatusPage.Guarding;
using FollowerSync.StatusPage.Views;
using FollowerSync.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace FollowerSync.StatusPage;

/// <summary>Lets in who signs in at the provider of <c>StatusPage:OpenIdConnect</c>, and out again. The provider is asked when somebody comes, never before: while it is
/// away nobody new comes in, and nothing else notices.</summary>
internal sealed class SignInRoutes(IOptions<StatusPageOptions> options, PageKeys keys, PageAnswers answers, PageFaults faults, RefusedSignIns refused, TimeProvider time)
{
    private const string SignOutPath = "/sign-out";

    public bool IsOn => options.Value.OpenIdConnect.IsOn;

    public void AddServices(IServiceCollection services)
    {
        if (IsOn)
            SignInProvider.Add(services, options.Value, keys, time);
    }

    public void Use(IApplicationBuilder app)
    {
        if (!IsOn)
            return;
        app.Use(next => http => http.Request.Path == SignInOptions.ReturnPath ? ComeBackAsync(http, next) : next(http));
        // Takes up the way back and nothing else: no scheme is asked at every request. Left out, it would be put before the host filter.
        app.UseAuthentication();
    }

    /// <param name="guarded">What goes by <see cref="RequireAsync"/>.</param>
    public void Map(IEndpointRouteBuilder guarded)
    {
        if (!IsOn)
            return;
        // The second parameter keeps the answer: of a method that takes a request and gives a task it would be thrown away.
        guarded.MapGet(SignOutPath, (HttpContext http, CancellationToken _) => AskToLeaveAsync(http));
        guarded.MapPost(SignOutPath, (HttpContext http, CancellationToken _) => LeaveAsync(http));
    }

    /// <summary>Goes before every page.</summary>
    public async ValueTask<object?> RequireAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        http.Response.Headers.CacheControl = PageHeaders.NotKept;
        if (await LoadKeyAsync(http) is { } lack)
            return lack;
        AuthenticateResult session = await http.AuthenticateAsync(PageSession.Scheme);
        if (session.Principal is { } person && PageSession.IsAllowed(person, options.Value.OpenIdConnect))
        {
            http.User = person;
            PageVisitor.LetIn(http, PageSession.ActorOf(person));
            EndWithSession(http, session.Properties!);
            return await next(context);
        }

        if (http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            return Results.Text("请先登录。\nSign in first.\n", statusCode: StatusCodes.Status401Unauthorized);
        return HttpMethods.IsGet(http.Request.Method) ? await SendToProviderAsync(http) : Tell(http, StatusCodes.Status401Unauthorized, SignInTexts.NoSession, SignInTexts.NoSessionHint);
    }

    private async Task<IResult?> LoadKeyAsync(HttpContext http) => keys.IsLoaded ? null : await faults.TryAsync(http, () => keys.LoadAsync(http.RequestAborted));

    // What is sent for hours, as the progress is, ends with the session.
    private void EndWithSession(HttpContext http, AuthenticationProperties session)
    {
        TimeSpan rest = session.ExpiresUtc!.Value - time.GetUtcNow();
        CancellationTokenSource end = new(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time);
        CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, end.Token);
        http.Response.RegisterForDispose(either);
        http.Response.RegisterForDispose(end);
        http.RequestAborted = either.Token;
    }

    private async Task<IResult> SendToProviderAsync(HttpContext http)
    {
        string page = OwnPath.Of(http.Request) is { } path ? path + http.Request.QueryString : "/";
        SignInFailure? failure = await TryAsync(http, () => http.ChallengeAsync(SignInProvider.Scheme, new AuthenticationProperties { RedirectUri = page }));
        return failure is null ? Results.Empty : Refuse(http, failure);
    }

    private async Task ComeBackAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.CacheControl = PageHeaders.NotKept;
        IResult? page = await LoadKeyAsync(http);
        if (page is null && (await TryAsync(http, () => next(http)) ?? SignInEvents.FailureOf(http)) is { } failure)
            page = Refuse(http, failure);
        if (page is not null)
            await page.ExecuteAsync(http);
    }

    private async Task<SignInFailure?> TryAsync(HttpContext http, Func<Task> work)
    {
        CancellationToken left = http.RequestAborted;
        using CancellationTokenSource deadline = new(SignInOptions.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(left, deadline.Token);
        http.RequestAborted = either.Token;
        try
        {
            await work();
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, whoever wants to come in is told, and the log has a word of it.
        catch (Exception exception) when (!left.IsCancellationRequested)
        {
            return SignInEvents.FailureOf(exception);
        }
#pragma warning restore CA1031
        finally
        {
            http.RequestAborted = left;
        }
    }

    private async Task<IResult> AskToLeaveAsync(HttpContext http)
    {
        PageWords words = PageLanguage.Of(http);
        Confirmation question = new(words.Of(SignInTexts.SureSignOut, http.User.Identity!.Name), words[SignInTexts.SignOut], SignOutPath, "/", AppId: "");
        return answers.Show<ConfirmPage>(http, question, form: await http.RequestServices.GetRequiredService<PageForms>().MakeAsync(http));
    }

    private async Task<IResult> LeaveAsync(HttpContext http)
    {
        if (!await http.RequestServices.GetRequiredService<PageForms>().IsOursAsync(http))
            return answers.Tell(http, StatusCodes.Status400BadRequest, DetailTexts.Forged, DetailTexts.ForgedHint);
        await http.SignOutAsync(PageSession.Scheme);
        http.User = new ClaimsPrincipal();
        return Tell(http, StatusCodes.Status200OK, SignInTexts.SignedOut, SignInTexts.SignedOutHint);
    }

    private IResult Refuse(HttpContext http, SignInFailure failure)
    {
        refused.Add(failure, http.Connection.RemoteIpAddress);
        (int status, PageText title, PageText hint) = SignInTexts.Of(failure.Reason);
        return Tell(http, status, title, hint, failure.Name);
    }

    // The link leads to the address where the cookies of signing in are good.
    private IResult Tell(HttpContext http, int status, PageText title, PageText hint, string? name = null) =>
        answers.Show<NoticePage>(http, new Notice(title, hint, name is null ? null : Sentence.Foreign(name)) { SignInAt = options.Value.PublicBase?.AbsoluteUri ?? "/" }, status);
}
