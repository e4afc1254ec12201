namespace FollowerSync.StatusPage;

/// <summary>Section <c>StatusPage</c>: where the worker answers health checks and shows its state.</summary>
internal sealed class StatusPageOptions
{
    public const string Section = "StatusPage";

    /// <summary>Address to listen on, http only; empty = nowhere. Default <c>http://127.0.0.1:8080</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8080";
}
