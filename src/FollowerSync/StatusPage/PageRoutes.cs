using FollowerSync.StatusPage.Guarding;
using FollowerSync.StatusPage.Reading;
using FollowerSync.StatusPage.Views;
using FollowerSync.Web;
using EntityTagHeaderValue = Microsoft.Net.Http.Headers.EntityTagHeaderValue;

namespace FollowerSync.StatusPage;

/// <summary>The status page on the inner listener: overview, accounts, runs, actions, and the same as JSON.</summary>
internal sealed class PageRoutes(PageReader reader, PageAnswers answers, PageFaults faults, PageLogin login, SignInRoutes signIn, ActionRoutes actions, ProgressFeed progress) : IInnerRoutes
{
    private const int DaysOfHistory = 730;

    public void AddServices(IServiceCollection services)
    {
        services.AddRazorComponents();
        signIn.AddServices(services);
        actions.AddForms(services);
        services.AddScoped<PageFrame>();
    }

    public void Use(IApplicationBuilder app)
    {
        app.Use(next => http => PageHeaders.AddAsync(http, next));
        app.Use(next => http => faults.RescueAsync(http, next));
        signIn.Use(app);
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder guarded = routes.MapGroup("").AddEndpointFilter(signIn.IsOn ? signIn.RequireAsync : login.RequireAsync);
        // Whoever is not signed in is told so by a page, which needs its files.
        (signIn.IsOn ? routes : guarded).MapGet("/files/{name}", (string name, HttpContext http) => FileOf(name, http));
        signIn.Map(guarded);
        guarded.MapGet("/api/progress", StreamAsync);
        RouteGroupBuilder pages = guarded.MapGroup("").AddEndpointFilter(faults.AroundAsync);
        pages.MapGet("/", OverviewAsync);
        pages.MapGet("/accounts/{appid}", AccountAsync);
        pages.MapGet("/runs/{id:long}", RunAsync);
        pages.MapGet("/api/status", StatusAsync);
        pages.MapGet("/api/history", HistoryAsync);
        actions.Map(pages);
        guarded.MapGet("/{**path}", (HttpContext http) => answers.NotFound(http));
    }

    // The token is not used; without a second parameter the answer would be thrown away, as of any method that takes a request and gives a task.
    private async Task<IResult> OverviewAsync(HttpContext http, CancellationToken _) => answers.Show<Overview>(http, await reader.ReadOverviewAsync(http.RequestAborted));

    private async Task<IResult> AccountAsync(string appid, HttpContext http) =>
        await reader.ReadAccountAsync(appid, http.RequestAborted) is { } account ? answers.Show<AccountPage>(http, account) : answers.NotFound(http);

    private async Task<IResult> RunAsync(long id, HttpContext http) =>
        await reader.ReadRunAsync(id, http.RequestAborted) is { } run ? answers.Show<RunPage>(http, run) : answers.NotFound(http);

    private async Task<IResult> StatusAsync(HttpContext http, CancellationToken _) => Results.Json(PageJson.Of(await reader.ReadOverviewAsync(http.RequestAborted)), PageJson.Options);

    private async Task<IResult> HistoryAsync(string? account, HttpContext http) =>
        await reader.ReadDaysAsync(account ?? "", DaysOfHistory, http.RequestAborted) is { } days ? Results.Json(days, PageJson.Options) : answers.NotFound(http);

    private async Task<IResult> StreamAsync(HttpContext http, CancellationToken _)
    {
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return await progress.TellAsync(http) ? Results.Empty : Results.Text("打开的页面过多。\nToo many pages are open.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private IResult FileOf(string name, HttpContext http)
    {
        if (PageFiles.Find(name) is not { } file)
            return answers.NotFound(http);
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.Bytes(file.Bytes, $"{file.Type}; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{file.Version}\""));
    }
}
