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
        ["Accounts"] = [],
        ["Analysts"] = ["Database"],
        ["CommandLine"] = ["Emulator", "Accounts", "Analysts", "CommandLine/Checks", "CommandLine/Demo", "Database", "Database/Opening", "Database/PrivateServer", "Database/Schema", "Leases", "Privacy", "Runs", "Scheduling", "Status", "Sync", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota", "WeChat/Tokens", "Web"],
        ["CommandLine/Checks"] = ["Accounts", "CommandLine", "Database", "Database/Opening", "Database/Schema", "Followers", "Privacy", "WeChat", "WeChat/Answers", "WeChat/Errors", "WeChat/Tokens"],
        ["CommandLine/Demo"] = ["Emulator", "CommandLine", "Database", "Database/PrivateServer", "Privacy", "Runs"],
        ["Database"] = [],
        ["Database/Opening"] = ["Database", "Database/PrivateServer", "Database/Schema"],
        ["Database/PrivateServer"] = ["Database"],
        ["Database/Schema"] = ["Database"],
        ["Followers"] = [],
        ["Leases"] = ["Database"],
        ["Logging"] = [],
        ["Privacy"] = ["Accounts", "Database", "Followers", "Leases", "Runs"],
        ["Readings"] = ["Accounts", "Database", "Leases", "Runs", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota", "WeChat/Tokens"],
        ["Runs"] = ["Accounts", "Database", "Followers", "WeChat/Calls"],
        ["Scheduling"] = ["Accounts", "Leases", "Runs", "Sync"],
        ["Settings"] = [],
        ["Status"] = ["Accounts", "Database", "Runs", "WeChat/Errors"],
        ["Sync"] = ["Accounts", "Database", "Followers", "Leases", "Privacy", "Runs", "Status", "Sync/Asking", "Sync/Listings", "Sync/Merging", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota", "WeChat/Tokens"],
        ["Sync/Asking"] = ["Accounts", "Database", "Followers", "Sync", "Sync/Listings", "WeChat", "WeChat/Answers", "WeChat/Errors"],
        ["Sync/Listings"] = ["Database", "Followers", "Leases", "Runs", "Sync", "WeChat", "WeChat/Answers", "WeChat/Errors"],
        ["Sync/Merging"] = ["Database", "Followers", "Leases", "Privacy", "Runs", "Sync", "Sync/Asking", "Sync/Listings", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota"],
        ["WeChat"] = ["Accounts", "Followers", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota", "WeChat/Tokens"],
        ["WeChat/Answers"] = ["Followers", "WeChat", "WeChat/Errors"],
        ["WeChat/Calls"] = ["Accounts", "WeChat", "WeChat/Answers", "WeChat/Errors"],
        ["WeChat/Errors"] = ["WeChat"],
        ["WeChat/Quota"] = ["Database", "WeChat", "WeChat/Answers", "WeChat/Errors"],
        ["WeChat/Tokens"] = ["Accounts", "Database", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors"],
        ["Web"] = [],
    };

    public static TheoryData<string> Rooms() => [.. Directory.EnumerateFiles(SourceRoot(), "*.cs", SearchOption.AllDirectories).Select(RoomOf).Distinct().Where(room => room.Length > 0 && room.Split('/')[0] is not ("bin" or "obj"))];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_names_only_the_rooms_it_may(string room)
    {
        MayName.ShouldContainKey(room, "A new room needs a line in the table above.");
        string[] allowed = [room, .. MayName[room], .. Ground];

        IEnumerable<string> broken =
            from file in Directory.GetFiles(Path.Combine(SourceRoot(), room), "*.cs")
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from Match name in RoomName().Matches(line)
            let named = Existing(name.Groups["room"].Value)
            where named.Length > 0 && !allowed.Contains(named)
            select $"{Path.GetFileName(file)} names {named}";

        broken.Distinct().ShouldBeEmpty();
    }

    private static string RoomOf(string file) => Path.GetRelativePath(SourceRoot(), Path.GetDirectoryName(file)!).Replace('\\', '/').TrimStart('.');

    /// <summary>The room of a qualified name: a name may end in a type.</summary>
    private static string Existing(string name)
    {
        string room = name.Replace('.', '/');
        while (room.Length > 0 && room != "Emulator" && !Directory.Exists(Path.Combine(SourceRoot(), room)))
            room = room.Contains('/', StringComparison.Ordinal) ? room[..room.LastIndexOf('/')] : "";
        return room;
    }

    [Fact]
    public void The_emulator_names_nothing_of_the_worker()
    {
        string emulator = Path.Combine(SourceRoot(), "..", "FollowerSync.Emulator");

        IEnumerable<string> broken =
            from file in Directory.GetFiles(emulator, "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from Match name in RoomName().Matches(line)
            where !name.Groups["room"].Value.StartsWith("Emulator", StringComparison.Ordinal)
            select $"{Path.GetFileName(file)} names {name.Groups["room"].Value}";

        broken.ShouldBeEmpty();
    }

    private static string SourceRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "src", "FollowerSync"));

    [GeneratedRegex(@"FollowerSync\.(?<room>[A-Z]\w*(\.[A-Z]\w*)*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex RoomName();
}
