using FollowerSync.Settings;

namespace FollowerSync.Web;

/// <summary>Section <c>StatusPage</c>: where the worker answers health checks and shows its state.</summary>
[OfOneNode]
internal sealed class StatusPageOptions
{
    public const string Section = "StatusPage";

    /// <summary>Address to listen on, http only; empty = nowhere. Default <c>http://127.0.0.1:8080</c>.</summary>
    [ListenAddress]
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Host names, besides the loopback ones and that of <see cref="Url"/>, the page answers to: a page of another site that
    /// points its own name at this machine must not read it. Health checks answer to every name. Default none.</summary>
    public IList<string> AllowedHosts { get; set; } = [];
}
