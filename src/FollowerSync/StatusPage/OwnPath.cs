namespace FollowerSync.StatusPage;

/// <summary>The path of a request, for links and redirects to it.</summary>
internal static class OwnPath
{
    /// <returns>Null where browsers would take it for the address of another site.</returns>
    public static string? Of(HttpRequest request)
    {
        string path = request.Path.ToUriComponent();
        return path.StartsWith("//", StringComparison.Ordinal) || path.StartsWith("/\\", StringComparison.Ordinal) ? null : path;
    }
}
