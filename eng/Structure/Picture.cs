using System.Text;

namespace FollowerSync.Structure;

/// <summary>
/// The rooms as a mermaid graph, sub-rooms within their parents. An arrow that follows from others is left out, and so are those to the ground
/// everything stands on.
/// </summary>
internal static class Picture
{
    public static readonly IReadOnlyList<string> Ground = ["Accounts", "Languages", "Logging", "Settings"];

    public static string Of(IEnumerable<Arrow> arrows)
    {
        (string From, string To)[] between =
        [
            .. arrows.Select(arrow => (From: TopLevel(arrow.From), To: TopLevel(arrow.To)))
                .Where(pair => pair.From != pair.To && !Ground.Contains(pair.From) && !Ground.Contains(pair.To))
                .Distinct()
                .Order(),
        ];

        StringBuilder picture = new();
        picture.Append("graph TD\n");
        foreach ((string from, string to) in between.Where(pair => !Follows(pair, between)))
            picture.Append("    ").Append(Node(from)).Append(" --> ").Append(Node(to)).Append('\n');
        return picture.ToString();
    }

    private static bool Follows((string From, string To) arrow, (string From, string To)[] arrows)
    {
        ILookup<string, string> others = arrows.Where(pair => pair != arrow).ToLookup(pair => pair.From, pair => pair.To);
        return Circles.Reached(arrow.From, others).Contains(arrow.To);
    }

    private static string TopLevel(string room) => room.Split('/')[0];

    private static string Node(string room) => room == SourceTree.Root ? "Program[\"Program.cs\"]" : room;
}
