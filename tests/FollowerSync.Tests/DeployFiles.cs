using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>The files of <c>deploy</c>.</summary>
internal static class DeployFiles
{
    private static readonly string Folder = Path.Combine(SourceTree.OwnCheckout(), "deploy");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static IEnumerable<string> Of(params string[] folders) => folders.SelectMany(folder => Directory.EnumerateFiles(PathOf(folder))).Order(StringComparer.Ordinal);
}
