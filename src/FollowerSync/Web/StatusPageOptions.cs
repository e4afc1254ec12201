using FollowerSync.Settings;

namespace FollowerSync.Web;

/// <summary>Section <c>StatusPage</c>: where the worker answers health checks and shows its state.</summary>
[OfOneNode]
internal sealed class StatusPageOptions : ISettingsRules
{
    public const string Section = "StatusPage";

    /// <summary>Characters that a password of a page on the network has at least.</summary>
    private const int ShortestPassword = 8;

    /// <summary>Address to listen on, http only; empty = nowhere. Default <c>http://127.0.0.1:8080</c>.</summary>
    [ListenAddress]
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Address at which people open the page when a reverse proxy stands before it, http or https without path: alerts link to it, and whoever signs in
    /// comes back to it. Default none: <see cref="Url"/>.</summary>
    [HttpAddress]
    public Uri? PublicBase { get; set; }

    /// <summary>Host names, besides the loopback ones and those of <see cref="Url"/> and <see cref="PublicBase"/>, the page answers to: a page of another site that
    /// points its own name at this machine must not read it. Health checks answer to every name. Default none.</summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>What people enter to see the page, beside a name of their own choice, which the log of actions keeps. Needed where other machines
    /// reach the page, by <see cref="Url"/> itself or, as <see cref="PublicBase"/> and <see cref="AllowedHosts"/> tell, through a proxy on this machine, unless people sign in by <see cref="OpenIdConnect"/>.
    /// Health checks answer without. Default none.</summary>
    [Secret]
    public string Password { get; set; } = "";

    /// <summary>The provider at which people sign in, instead of a password.</summary>
    public SignInOptions OpenIdConnect { get; set; } = new();

    /// <summary>Whether the page only shows, and syncs, approves and pauses nothing. Default false.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>The setting by which other machines reach the page; null = none does.</summary>
    private string? Opened =>
        !Uri.TryCreate(Url, UriKind.Absolute, out Uri? address) ? null
        : !LoopbackHost.Is(address.Host) ? nameof(Url)
        : PublicBase is { IsAbsoluteUri: true } && !LoopbackHost.Is(PublicBase.Host) ? nameof(PublicBase)
        : AllowedHosts.Any(host => !LoopbackHost.Is(host)) ? nameof(AllowedHosts) : null;

    public IEnumerable<SettingsFault> BrokenRules()
    {
        foreach (string host in AllowedHosts.Where(host => !AnsweredHosts.CanBe(host)))
            yield return new SettingsFault(nameof(AllowedHosts), "must be host names or IP addresses (of IPv6 in brackets), each entry: without http://, port and path. *.followers.example stands for all names below, * for all there are", ShownValue.Of(host, secret: false));
        if (OpenIdConnect.IsOn && Password.Length > 0)
            yield return new SettingsFault(nameof(Password), "must be empty beside StatusPage:OpenIdConnect: whoever knew it would come in past the provider. Keep one of the two");
        else if (Opened is { } opened && !OpenIdConnect.IsOn && Password.Length < ShortestPassword)
            yield return new SettingsFault(
                nameof(Password),
                $"must have at least {ShortestPassword} characters, since other machines reach the page by {Section}:{opened}: set one, or StatusPage:OpenIdConnect, or keep the page to this machine (StatusPage:Url http://127.0.0.1:8080, no StatusPage:PublicBase, no name of others in StatusPage:AllowedHosts)");
    }
}
