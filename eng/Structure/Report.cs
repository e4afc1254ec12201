using System.Globalization;

namespace FollowerSync.Structure;

/// <summary>The figures, for people to compare before and after.</summary>
internal static class Report
{
    private const int ManyParameters = 6;

    public static void Write(SourceTree sources, TextWriter output)
    {
        Measures measures = new(sources);
        WriteRooms(sources, output);
        WriteSizes(sources, measures, output);
        WriteConstructors(measures, output);
        WriteArrows(Arrows.Of(sources), output);
        WriteTransactions(measures, output);
    }

    private static void WriteRooms(SourceTree sources, TextWriter output)
    {
        output.WriteLine("files by room");
        foreach (IGrouping<string, SourceFile> room in sources.Files.GroupBy(file => file.Room).OrderBy(room => room.Key, StringComparer.Ordinal))
            output.WriteLine(Invariant($"  {room.Key,-26}{room.Count(),4} files {room.Sum(file => file.Lines),6} lines"));
    }

    private static void WriteSizes(SourceTree sources, Measures measures, TextWriter output)
    {
        int worker = measures.FileLines.Sum();
        output.WriteLine(Invariant($"lines of src                {worker + sources.EmulatorLines} (worker {worker}, emulator {sources.EmulatorLines})"));
        output.WriteLine($"lines of a file             {Spread(measures.FileLines)}");
        output.WriteLine($"lines of a method           {Spread(measures.MethodLines)}");
    }

    private static void WriteConstructors(Measures measures, TextWriter output)
    {
        (string Room, string Type, int Parameters)[] many = [.. measures.Constructors.Where(constructor => constructor.Parameters > ManyParameters)];
        output.WriteLine(Invariant($"constructor parameters      max {measures.Constructors[0].Parameters}; above {ManyParameters}: {many.Length}"));
        foreach ((string room, string type, int parameters) in many)
            output.WriteLine(Invariant($"  {parameters,3}  {room}/{type}"));
    }

    private static void WriteArrows(IReadOnlyList<Arrow> arrows, TextWriter output)
    {
        IReadOnlyList<string[]> circles = Circles.Of(arrows);
        output.WriteLine(Invariant($"arrows between rooms        {arrows.Select(arrow => (arrow.From, arrow.To)).Distinct().Count()}"));
        foreach (IGrouping<string, Arrow> room in arrows.GroupBy(arrow => arrow.From).OrderBy(room => room.Key, StringComparer.Ordinal))
            output.WriteLine($"  {room.Key,-26}-> {string.Join(", ", room.Select(arrow => arrow.To).Distinct().Order(StringComparer.Ordinal))}");
        output.WriteLine(Invariant($"circles                     {circles.Count}"));
        foreach (string[] circle in circles)
            WriteCircle(circle, arrows, output);
    }

    private static void WriteCircle(string[] circle, IReadOnlyList<Arrow> arrows, TextWriter output)
    {
        output.WriteLine($"  {string.Join(", ", circle)}");
        foreach (IGrouping<(string From, string To), Arrow> arrow in arrows
            .Where(arrow => circle.Contains(arrow.From) && circle.Contains(arrow.To))
            .GroupBy(arrow => (arrow.From, arrow.To))
            .Order(Comparer<IGrouping<(string From, string To), Arrow>>.Create((one, other) => one.Key.CompareTo(other.Key))))
        {
            output.WriteLine($"    {arrow.Key.From} -> {arrow.Key.To}: {string.Join(", ", arrow.Select(named => $"{named.File} names {named.Type}"))}");
        }
    }

    private static void WriteTransactions(Measures measures, TextWriter output)
    {
        output.WriteLine(Invariant($"places that prove the lease {measures.LeaseProofs.Count}"));
        foreach (IGrouping<string, string> place in measures.LeaseProofs.GroupBy(place => place, StringComparer.Ordinal))
            output.WriteLine(Invariant($"  {place.Count(),3}  {place.Key}"));
        output.WriteLine(Invariant($"signatures with connection and transaction {measures.HandedTransactions.Sum(room => room.Signatures)}"));
        foreach ((string room, int signatures) in measures.HandedTransactions)
            output.WriteLine(Invariant($"  {signatures,3}  {room}"));
    }

    private static string Spread(IReadOnlyList<int> ordered) =>
        Invariant($"median {Measures.Percentile(ordered, 50)}, p90 {Measures.Percentile(ordered, 90)}, max {ordered[^1]} ({ordered.Count})");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
