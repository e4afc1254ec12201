using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace FollowerSync.Tests;

/// <summary>Who may name whom, read from the <c>using</c> lines and qualified names of the sources.</summary>
public sealed partial class FolderDependencyTests
{
    // Settings and Logging are the ground everything stands on; they name no feature themselves.
    private static readonly string[] Ground = ["Settings", "Logging"];

    private static readonly Dictionary<string, string[]> MayName = new(StringComparer.Ordinal)
    {
        ["Settings"] = [],
        ["Logging"] = [],
        ["Database"] = [],
        ["Followers"] = [],
        ["WeChat"] = ["Followers", "Database"],
        ["Runs"] = ["Database"],
        ["Sync"] = ["WeChat", "Followers", "Runs", "Database"],
        ["StatusPage"] = ["Runs", "Followers", "Database"],
        ["Scheduling"] = ["Sync", "WeChat", "Runs"],
        ["Accounts"] = ["Sync", "WeChat", "Runs", "Database"],
        ["Analysts"] = ["Database"],
        ["CommandLine"] = ["Analysts", "Sync", "WeChat", "Followers", "Runs", "Database", "Scheduling", "StatusPage", "Emulator"],
    };

    public static TheoryData<string> Folders() => [.. Directory.GetDirectories(SourceRoot()).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj" or "Properties"))];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_names_only_the_folders_it_may(string folder)
    {
        MayName.ShouldContainKey(folder, "A new folder needs a line in the table above.");
        string[] allowed = [folder, .. MayName[folder], .. folder is "Settings" ? [] : Ground];

        IEnumerable<string> broken =
            from file in Directory.GetFiles(Path.Combine(SourceRoot(), folder), "*.cs", SearchOption.AllDirectories)
            from Match name in FolderName().Matches(File.ReadAllText(file))
            where !allowed.Contains(name.Groups["folder"].Value)
            select $"{Path.GetFileName(file)} names {name.Groups["folder"].Value}";

        broken.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void The_emulator_names_nothing_of_the_worker()
    {
        string emulator = Path.Combine(SourceRoot(), "..", "FollowerSync.Emulator");

        IEnumerable<string> broken =
            from file in Directory.GetFiles(emulator, "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from Match name in FolderName().Matches(File.ReadAllText(file))
            where name.Groups["folder"].Value != "Emulator"
            select $"{Path.GetFileName(file)} names {name.Groups["folder"].Value}";

        broken.ShouldBeEmpty();
    }

    private static string SourceRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "src", "FollowerSync"));

    [GeneratedRegex(@"(using|global::|=) ?(static )?FollowerSync\.(?<folder>[A-Z]\w*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex FolderName();
}
