using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>Who may name whom, as <c>eng/structure.sh</c> reads it from the sources: rooms within rooms and the project's own folder too.</summary>
public sealed class FolderDependencyTests
{
    // The ground everything stands on; it names no feature itself.
    private static readonly string[] Ground = ["Languages", "Settings", "Logging"];

    private static readonly Dictionary<string, string[]> MayName = new(StringComparer.Ordinal)
    {
        ["(root)"] =
        [
            "AccountMigration", "Alerts", "Alerts/Heartbeats", "Arrivals", "CommandLine", "CommandLine/Checks", "CommandLine/Demo",
            "Database", "Database/Opening", "Database/Schema", "Nodes", "OAuth", "Push", "Readings", "Runs", "Scheduling", "Sharing",
            "Status", "StatusPage", "StatusPage/Acting", "Sync", "Systemd", "Telemetry/Exporting", "WeChat", "WeChat/Quota",
            "WeChat/Tokens", "Web",
        ],
        ["AccountMigration"] =
        [
            "Accounts", "Database", "Leases", "Privacy", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota",
        ],
        ["Accounts"] = ["Caches"],
        ["Alerts"] =
        [
            "Accounts", "Alerts/Channels", "Alerts/Heartbeats", "Alerts/Texts", "Database", "Runs", "Telemetry", "WeChat/Errors",
            "WeChat/Quota", "Web",
        ],
        ["Alerts/Channels"] = ["Alerts/Texts", "WeChat/Calls"],
        ["Alerts/Heartbeats"] = ["Accounts", "Alerts/Channels", "Database", "Leases", "Runs"],
        ["Alerts/Texts"] = ["WeChat/Errors"],
        ["Analysts"] = ["Database"],
        ["Arrivals"] = ["Database", "Web"],
        ["Caches"] = [],
        ["CommandLine"] =
        [
            "AccountMigration", "Accounts", "Alerts", "Alerts/Channels", "Alerts/Texts", "Analysts", "Arrivals", "Caches", "Database",
            "Database/Opening", "Database/PrivateServer", "Database/Schema", "Emulator", "Facts", "Import", "Leases", "Nodes", "OAuth",
            "Privacy", "Runs", "Scheduling", "Sharing", "Status", "Sync", "Systemd", "Telemetry/Exporting", "WeChat/Answers",
            "WeChat/Errors", "WeChat/Tokens", "Web",
        ],
        ["CommandLine/Checks"] =
        [
            "Accounts", "Alerts", "Arrivals", "Caches", "CommandLine", "Database", "Database/Opening", "Database/Schema", "Followers",
            "Nodes", "Privacy", "Push", "Scheduling", "Sharing", "Sync", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors",
            "WeChat/Tokens", "Web",
        ],
        ["CommandLine/Demo"] =
        [
            "Accounts", "Arrivals", "CommandLine", "Database", "Database/PrivateServer", "Emulator", "Privacy", "Runs", "Sync", "Web",
        ],
        ["Database"] = [],
        ["Database/Opening"] = ["Database", "Database/PrivateServer", "Database/Schema"],
        ["Database/PrivateServer"] = ["Database"],
        ["Database/Schema"] = ["Database"],
        ["Facts"] = ["Database", "Leases"],
        ["Followers"] = ["Database", "Followers/Encoding"],
        ["Followers/Encoding"] = ["Database"],
        ["Import"] = ["Arrivals", "Database"],
        ["Languages"] = [],
        ["Leases"] = ["Database", "Nodes"],
        ["Logging"] = [],
        ["Nodes"] = ["Database"],
        ["OAuth"] = ["Accounts", "Arrivals", "Database", "WeChat", "WeChat/Answers", "WeChat/Errors"],
        ["Privacy"] = ["Accounts", "Database", "Facts", "Followers", "Followers/Encoding", "Leases", "Runs", "WeChat/Calls"],
        ["Push"] = ["Accounts", "Arrivals", "Database", "WeChat/Answers", "WeChat/Calls"],
        ["Readings"] =
        [
            "Accounts", "Database", "Facts", "Followers", "Leases", "Runs", "Sync", "WeChat", "WeChat/Answers", "WeChat/Calls",
            "WeChat/Errors", "WeChat/Quota",
        ],
        ["Runs"] = ["Accounts", "Database", "Facts", "Followers", "Leases", "Telemetry", "WeChat/Calls", "WeChat/Errors"],
        ["Scheduling"] = ["Accounts", "Database", "Leases", "Nodes", "Runs", "Sync", "WeChat/Errors"],
        ["Settings"] = ["Languages", "Logging"],
        ["Sharing"] = ["Accounts", "Caches", "Database", "WeChat", "WeChat/Answers", "WeChat/Errors", "WeChat/Tokens", "Web"],
        ["Status"] =
        [
            "Accounts", "Database", "Followers", "Nodes", "Runs", "Sharing", "Sync", "Sync/Listings", "WeChat/Answers", "WeChat/Errors",
            "WeChat/Quota", "WeChat/Tokens",
        ],
        ["StatusPage"] = ["Database", "StatusPage/Acting", "StatusPage/Guarding", "StatusPage/Reading", "StatusPage/Views", "Sync", "Web"],
        ["StatusPage/Acting"] = ["Accounts", "Database", "Leases", "Nodes", "Runs", "StatusPage/Reading", "Sync"],
        ["StatusPage/Guarding"] = ["Database", "WeChat/Calls", "Web"],
        ["StatusPage/Reading"] =
        [
            "Accounts", "Alerts", "Alerts/Texts", "Database", "Nodes", "Privacy", "Runs", "Scheduling", "Sharing", "Status", "WeChat/Answers",
            "WeChat/Errors", "WeChat/Quota",
        ],
        ["StatusPage/Views"] = ["Alerts", "Alerts/Texts", "Runs", "StatusPage/Guarding", "StatusPage/Reading", "WeChat/Quota"],
        ["Sync"] =
        [
            "Accounts", "Arrivals", "Database", "Facts", "Followers", "Leases", "Privacy", "Runs", "Sync/Arriving", "Sync/Asking",
            "Sync/Listings", "Sync/Merging", "Telemetry", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota",
        ],
        ["Sync/Arriving"] =
        [
            "Arrivals", "Database", "Followers", "Leases", "Privacy", "Runs", "Sync/Asking", "Sync/Merging", "WeChat/Answers",
            "WeChat/Errors",
        ],
        ["Sync/Asking"] =
        [
            "Database", "Followers", "Leases", "Sync/Listings", "Telemetry", "WeChat", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors",
        ],
        ["Sync/Listings"] = ["Database", "Followers", "Followers/Encoding", "Leases", "Runs", "WeChat", "WeChat/Answers", "WeChat/Errors"],
        ["Sync/Merging"] =
        [
            "Database", "Followers", "Leases", "Privacy", "Runs", "Sync/Asking", "Sync/Listings", "Telemetry", "WeChat", "WeChat/Answers",
            "WeChat/Errors", "WeChat/Quota",
        ],
        ["Systemd"] = [],
        ["Telemetry"] = [],
        ["Telemetry/Exporting"] = ["Accounts", "Database", "Telemetry", "Web"],
        ["WeChat"] =
        [
            "Accounts", "Caches", "Followers", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors", "WeChat/Quota", "WeChat/Tokens",
        ],
        ["WeChat/Answers"] = ["Followers", "Followers/Encoding", "WeChat/Errors"],
        ["WeChat/Calls"] = ["Accounts", "Telemetry", "WeChat/Answers", "WeChat/Errors"],
        ["WeChat/Errors"] = [],
        ["WeChat/Quota"] = ["Accounts", "Database", "Nodes", "WeChat/Answers", "WeChat/Errors"],
        ["WeChat/Tokens"] = ["Accounts", "Caches", "Database", "Telemetry", "WeChat/Answers", "WeChat/Calls", "WeChat/Errors"],
        ["Web"] = [],
    };

    public static TheoryData<string> Rooms() => [.. CheckoutSources.Tree.Rooms];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_names_only_the_rooms_it_may(string room)
    {
        MayName.ShouldContainKey(room, "A new room needs a line in the table above.");
        string[] allowed = [.. MayName[room], .. Ground.Contains(room) ? [] : Ground];

        CheckoutSources.Arrows.Where(arrow => arrow.From == room && !allowed.Contains(arrow.To)).ShouldBeEmpty();
    }

    [Fact]
    public void The_table_holds_no_room_and_no_arrow_that_is_gone()
    {
        MayName.Keys.Except(CheckoutSources.Tree.Rooms).ShouldBeEmpty();

        IEnumerable<(string, string)> allowed = MayName.SelectMany(room => room.Value.Select(named => (room.Key, named)));
        allowed.Except(CheckoutSources.Arrows.Select(arrow => (arrow.From, arrow.To))).ShouldBeEmpty("Strike it out of the table above.");
    }

    [Fact]
    public void No_rooms_name_each_other_in_a_circle() => Circles.Of(CheckoutSources.Arrows).ShouldBeEmpty();

    [Fact]
    public void The_emulator_names_nothing_of_the_worker() =>
        File.ReadAllText(Path.Combine(SourceTree.OwnCheckout(), "src", "FollowerSync.Emulator", "FollowerSync.Emulator.csproj"))
            .ShouldNotContain("ProjectReference");
}
