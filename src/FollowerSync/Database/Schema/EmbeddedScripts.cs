using System.Reflection;

namespace FollowerSync.Database.Schema;

/// <summary>The SQL files that were embedded in the program when it was built.</summary>
internal static class EmbeddedScripts
{
    /// <param name="folder">Folder of the repository, with a slash at its end.</param>
    public static IEnumerable<(string Name, string Sql)> Read(string folder)
    {
        Assembly assembly = typeof(EmbeddedScripts).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => (name[folder.Length..], Read(assembly, name)));
    }

    private static string Read(Assembly assembly, string resource)
    {
        using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
