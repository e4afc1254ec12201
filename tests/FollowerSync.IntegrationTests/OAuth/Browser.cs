using System.Net;
using System.Text.RegularExpressions;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>A visitor's browser: keeps cookies by name and path, follows nothing by itself, and finds the public address at the worker a test names.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>Name and value.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>What the visitor reads, as a header; null = none is sent.</summary>
    public string? AcceptLanguage { get; set; }

    /// <summary>Opens an address, on whichever server it is.</summary>
    /// <param name="worker">Who answers for the public address.</param>
    /// <param name="address">Absolute, or a path of the public address.</param>
    /// <param name="cancellationToken">Hangs up.</param>
    public async Task<Seen> OpenAsync(OAuthScene.Worker worker, string address, CancellationToken cancellationToken = default)
    {
        string path = address.StartsWith(OAuthScene.PublicBase, StringComparison.Ordinal) ? address[OAuthScene.PublicBase.Length..] : address;
        bool isOurs = path.StartsWith('/');
        using HttpRequestMessage request = new(HttpMethod.Get, isOurs ? worker.Address.GetLeftPart(UriPartial.Authority) + path : path);
        if (isOurs && Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        if (AcceptLanguage is { } language)
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        string[] set = response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? values) ? [.. values] : [];
        foreach (string cookie in set)
            Keep(cookie);
        return new Seen(
            response.StatusCode,
            response.Headers.TryGetValues("Location", out IEnumerable<string>? locations) ? locations.Single() : null,
            await response.Content.ReadAsStringAsync(cancellationToken),
            set,
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>From the start to where WeChat's page goes.</summary>
    public async Task<string> ComeBackAsync(OAuthScene.Worker worker, string start) =>
        BackOf((await OpenAsync(worker, (await OpenAsync(worker, start)).Location!)).Body);

    /// <summary>From the start to the end of the way.</summary>
    public async Task<Seen> VisitAsync(OAuthScene.Worker worker, string start) => await OpenAsync(worker, await ComeBackAsync(worker, start));

    /// <summary>Where the page of the phone goes.</summary>
    public static string BackOf(string page) => WebUtility.HtmlDecode(Link().Match(page).Groups["address"].Value);

    public void Dispose() => _http.Dispose();

    private void Keep(string cookie)
    {
        string[] parts = cookie.Split(';', StringSplitOptions.TrimEntries);
        string[] pair = parts[0].Split('=', 2);
        if (parts.Contains("Max-Age=0"))
            Cookies.Remove(pair[0]);
        else
            Cookies[pair[0]] = pair[1];
    }

    [GeneratedRegex("href=\"(?<address>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Link();

    /// <summary>An answer.</summary>
    internal sealed record Seen(HttpStatusCode Status, string? Location, string Body, IReadOnlyList<string> SetCookies, IReadOnlyDictionary<string, string> Headers);
}
