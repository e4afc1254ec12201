using System.Globalization;

namespace FollowerSync.CommandLine;

/// <summary>Follows the links of a path as the system does, step by step: .NET takes <c>..</c> out of a path before it looks for links.</summary>
internal sealed class LinkWalk
{
    // The system's own limit.
    private const int MostLinks = 40;

    private readonly string _path;
    private readonly Stack<string> _steps = new();
    private readonly List<string> _links = [];

    private LinkWalk(string path) => _path = path;

    /// <summary>Where the path leads in the end, and by which links. What this process has open itself (<c>/dev/stdout</c>) is told by its descriptor.</summary>
    /// <exception cref="UsageException">The links lead in a circle, or cannot be read.</exception>
    public static (string Path, int? Descriptor, IReadOnlyList<string> Links) Follow(string path) =>
        OperatingSystem.IsWindows() ? (Path.GetFullPath(path), null, []) : new LinkWalk(path).Follow();

    private (string Path, int? Descriptor, IReadOnlyList<string> Links) Follow()
    {
        string at = "/";
        Push(Path.Combine(Environment.CurrentDirectory, _path));
        while (_steps.TryPop(out string? step))
        {
            string next = step switch
            {
                "." => at,
                ".." => Path.GetDirectoryName(at) ?? "/",
                _ => Path.Combine(at, step),
            };
            // These are links too, but what they name can often not be opened again: a socket, or a file that is deleted.
            if (IsOwnDescriptors(at) && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor))
                return (next, descriptor, _links);
            at = step is not ("." or "..") && Target(next) is { } target ? From(next, target) : next;
        }

        return (at, null, _links);
    }

    private bool IsOwnDescriptors(string folder) =>
        folder == "/dev/fd" || (folder.StartsWith("/proc/", StringComparison.Ordinal) && folder == $"/proc/{Target("/proc/self")}/fd");

    private string From(string link, string target)
    {
        if (_links.Count == MostLinks)
            throw new UsageException($"{_path} cannot be written: its links lead in a circle.");
        _links.Add(link);
        Push(target);
        return target.StartsWith('/') ? "/" : Path.GetDirectoryName(link)!;
    }

    private void Push(string path)
    {
        foreach (string step in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            _steps.Push(step);
    }

    private string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{_path} cannot be written: {exception.Message}");
        }
    }
}
