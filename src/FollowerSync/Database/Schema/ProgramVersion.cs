using System.Reflection;

namespace FollowerSync.Database.Schema;

/// <summary>The version of this program, and which of two versions is the newer one.</summary>
internal static class ProgramVersion
{
    /// <summary>As <c>Directory.Build.props</c> has it, for instance <c>1.2.0</c> or <c>1.2.0-beta.1</c>.</summary>
    public static string Own { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Whether <paramref name="version"/> comes after <paramref name="other"/>; false when either cannot be read as a version. A release comes after what was published before it.</summary>
    public static bool IsNewer(string version, string other)
    {
        if (!TryParse(version, out Version? left, out bool leftIsRelease) || !TryParse(other, out Version? right, out bool rightIsRelease))
            return false;
        return left != right ? left > right : leftIsRelease && !rightIsRelease;
    }

    private static bool TryParse(string text, out Version? version, out bool isRelease)
    {
        string withoutBuild = text.Split('+', 2)[0];
        string[] parts = withoutBuild.Split('-', 2);
        isRelease = parts.Length == 1;
        return Version.TryParse(parts[0], out version);
    }
}
