using Microsoft.AspNetCore.Antiforgery;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Proves that a form was made by our page for this browser, so that no other site can press its button.</summary>
internal sealed class PageForms(IAntiforgery antiforgery, PageKeys keys)
{
    /// <summary>The field of a form that is about to be shown, and its value.</summary>
    public async Task<(string Field, string Value)> MakeAsync(HttpContext http)
    {
        await keys.LoadAsync(http.RequestAborted);
        AntiforgeryTokenSet tokens = antiforgery.GetAndStoreTokens(http);
        return (tokens.FormFieldName, tokens.RequestToken!);
    }

    /// <summary>Whether the request is the sending of one of our forms.</summary>
    public async Task<bool> IsOursAsync(HttpContext http)
    {
        // A second line: browsers say so by themselves, over https and on this machine.
        if (http.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" || !http.Request.HasFormContentType)
            return false;
        await keys.LoadAsync(http.RequestAborted);
        try
        {
            return await antiforgery.IsRequestValidAsync(http);
        }
        // A form that is too large, or none: not one that our page made.
        catch (Exception exception) when (exception is AntiforgeryValidationException or BadHttpRequestException)
        {
            return false;
        }
    }
}
