using FollowerSync.Languages;
using FollowerSync.StatusPage.Guarding;
using FollowerSync.StatusPage.Views;
using FollowerSync.Sync;
using FollowerSync.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FollowerSync.StatusPage;

/// <summary>Makes pages of what was read.</summary>
internal sealed class PageAnswers(IOptions<StatusPageOptions> options, IOptions<SyncOptions> sync)
{
    public bool IsReadOnly => options.Value.ReadOnly;

    /// <summary>The page of a model.</summary>
    /// <typeparam name="T">How it is shown.</typeparam>
    public IResult Show<T>(HttpContext http, object model, int status = StatusCodes.Status200OK, (string Field, string Value) form = default)
        where T : IComponent
    {
        PageFrame frame = http.RequestServices.GetRequiredService<PageFrame>();
        frame.Words = PageLanguage.Of(http);
        frame.OtherLanguage = PageLanguage.Other(http, frame.Words);
        frame.SignedInAs = http.User.Identity?.Name;
        frame.IsReadOnly = IsReadOnly;
        frame.ReservePercent = sync.Value.QuotaReservePercent;
        frame.Model = model;
        frame.Form = form;
        if (form == default)
            http.Response.Headers.CacheControl = PageHeaders.NotKept;
        return new RazorComponentResult<T> { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>A page that says one thing.</summary>
    public IResult Tell(HttpContext http, int status, PageText title, PageText hint, Sentence? detail = null) => Show<NoticePage>(http, new Notice(title, hint, detail), status);

    public IResult NotFound(HttpContext http) => Tell(http, StatusCodes.Status404NotFound, DetailTexts.NotFound, DetailTexts.NotFoundHint);
}
