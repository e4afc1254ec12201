using System.Globalization;
using FollowerSync.StatusPage.Acting;
using FollowerSync.StatusPage.Guarding;
using FollowerSync.StatusPage.Reading;
using FollowerSync.StatusPage.Views;
using FollowerSync.Sync;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace FollowerSync.StatusPage;

/// <summary>What can be done on the page: a question with its numbers (GET), and the doing (POST), which takes a form of ours alone.</summary>
internal sealed class ActionRoutes(PageReader reader, HeldRuns runs, RunForecaster forecaster, PageActions actions, ActionLog log, PageAnswers answers, PageKeys keys)
{
    private const string AccountField = "account";

    /// <summary>Fields of a form that bring back what its question said to be held.</summary>
    private static readonly string[] SeenFields = ["newest", "leaving", "unionids"];

    /// <summary>Adds what forms need of the listener's own services.</summary>
    public void AddForms(IServiceCollection services)
    {
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "followersync-form";
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<IDataProtectionProvider>(keys);
        // Would make keys of its own at the start, which nobody uses, and put them into the home directory.
        foreach (ServiceDescriptor keyRing in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly).ToArray())
            services.Remove(keyRing);
        services.AddSingleton(keys);
        services.AddSingleton<PageForms>();
    }

    public void Map(IEndpointRouteBuilder pages)
    {
        // The second parameter keeps the answer: of a method that takes a request and gives a task it would be thrown away.
        pages.MapGet("/actions", async (HttpContext http, CancellationToken _) => answers.Show<ActionsPage>(http, await log.ReadAsync(appId: null, http.RequestAborted)));
        foreach (ActionKind kind in Enum.GetValues<ActionKind>())
        {
            string path = $"/actions/{kind.ToString().ToLowerInvariant()}" + (IsOfRun(kind) ? "/{run:long}" : "");
            pages.MapGet(path, (HttpContext http, CancellationToken _) => AskAsync(http, kind));
            pages.MapPost(path, (HttpContext http, CancellationToken _) => DoAsync(http, kind));
        }
    }

    private static long[] Numbers(HeldAmount held) => [held.NewestRunId, held.Leaving, held.UnionIds];

    private static HeldAmount? SeenIn(IFormCollection form)
    {
        long[] numbers = [.. SeenFields.Select(name => long.TryParse(form[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1)];
        return numbers is [>= 0 and var run, >= 0 and var leaving, >= 0 and var unionIds] ? new HeldAmount(run, leaving, unionIds) : null;
    }

    private static bool IsOfRun(ActionKind kind) => kind is ActionKind.Approve or ActionKind.Reject;

    private async Task<IResult> AskAsync(HttpContext http, ActionKind kind)
    {
        if (answers.IsReadOnly)
            return Refuse(http);
        PageWords words = PageLanguage.Of(http);
        Confirmation question;
        if (IsOfRun(kind))
        {
            if (await runs.LookAsync(RunOf(http), http.RequestAborted) is not var (run, amount))
                return answers.NotFound(http);
            // A colleague may have been quicker.
            if (amount is not { } held)
                return answers.Show<NoticePage>(http, new Notice(DetailTexts.NotHeld, DetailTexts.NotHeldHint) { RunId = run.RunId }, StatusCodes.Status409Conflict);
            question = QuestionOf(kind, run.RunId, run.AppId, held, words);
        }
        else
        {
            if (await reader.ReadAccountAsync(http.Request.Query[AccountField].ToString(), http.RequestAborted) is not { } account)
                return answers.NotFound(http);
            question = await QuestionOfAsync(kind, account, words, http.RequestAborted);
        }

        return answers.Show<ConfirmPage>(http, question, form: await http.RequestServices.GetRequiredService<PageForms>().MakeAsync(http));
    }

    private async Task<IResult> DoAsync(HttpContext http, ActionKind kind)
    {
        if (answers.IsReadOnly)
            return Refuse(http);
        if (!await http.RequestServices.GetRequiredService<PageForms>().IsOursAsync(http))
            return answers.Tell(http, StatusCodes.Status400BadRequest, DetailTexts.Forged, DetailTexts.ForgedHint);
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        long? run = IsOfRun(kind) ? RunOf(http) : null;
        HeldAmount? seen = run is null ? null : SeenIn(form);
        if (run is not null && seen is null)
            return answers.Tell(http, StatusCodes.Status400BadRequest, DetailTexts.Forged, DetailTexts.ForgedHint);
        string? appId = run is { } number
            ? await runs.FindAccountAsync(number, http.RequestAborted)
            : (await reader.ReadAccountAsync(form[AccountField].ToString(), http.RequestAborted))?.Card.AppId;
        if (appId is null)
            return answers.NotFound(http);
        string address = http.Connection.RemoteIpAddress is { } from ? (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).ToString() : "";
        await actions.DoAsync(new AskedAction(kind, appId, run, seen, PageVisitor.NameOf(http), address), http.RequestAborted);
        http.Response.Headers.Location = "/actions";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private IResult Refuse(HttpContext http) => answers.Tell(http, StatusCodes.Status403Forbidden, DetailTexts.IsReadOnly, DetailTexts.IsReadOnlyHint);

    private static long RunOf(HttpContext http) => long.Parse((string)http.GetRouteValue("run")!, CultureInfo.InvariantCulture);

    private static Confirmation QuestionOf(ActionKind kind, long run, string appId, HeldAmount held, PageWords words)
    {
        (PageText question, PageText button) = kind == ActionKind.Approve ? (DetailTexts.SureApprove, DetailTexts.DoApprove) : (DetailTexts.SureReject, DetailTexts.DoReject);
        return new Confirmation(
            words.Of(question, run, PageWords.Number(held.Leaving), PageWords.Number(held.UnionIds)), words[button], $"/actions/{kind.ToString().ToLowerInvariant()}/{run}", $"/runs/{run}", appId)
        {
            Fields = SeenFields.Zip(Numbers(held)).ToDictionary(field => field.First, field => field.Second.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal),
        };
    }

    private async Task<Confirmation> QuestionOfAsync(ActionKind kind, AccountModel model, PageWords words, CancellationToken cancellationToken)
    {
        string next = PageWords.Moment(model.NextRunAt);
        long people = model.Card.WechatTotal ?? model.Card.Followers ?? 0;
        long calls = kind == ActionKind.Sync ? await forecaster.CountCallsAsync(model.Card.AppId, people, model.Card.Followers ?? 0, cancellationToken) : 0;
        (string question, PageText button) = kind switch
        {
            ActionKind.Sync => (words.Of(DetailTexts.SureSync, model.Card.Name, PageWords.Number(people), PageWords.Number(calls)), DetailTexts.DoSync),
            ActionKind.Pause => (words.Of(DetailTexts.SurePause, model.Card.Name, next), DetailTexts.DoPause),
            _ => (words.Of(DetailTexts.SureResume, model.Card.Name, next), DetailTexts.DoResume),
        };
        return new Confirmation(question, words[button], $"/actions/{kind.ToString().ToLowerInvariant()}", $"/accounts/{model.Card.AppId}", model.Card.AppId);
    }
}
