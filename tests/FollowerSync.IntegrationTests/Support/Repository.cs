namespace FollowerSync.IntegrationTests.Support;

/// <summary>The repository the tests were built in.</summary>
internal static class Repository
{
    /// <summary>The full path of a file or folder, given by its path from the top of the repository.</summary>
    /// <exception cref="DirectoryNotFoundException">The tests do not run from a folder inside the repository.</exception>
    public static string PathOf(string path)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "FollowerSync.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has FollowerSync.sln."), path);
    }
}
