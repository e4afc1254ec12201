namespace FollowerSync.Structure;

/// <summary>Rooms that name each other, directly or around: the strongly connected parts with more than one room.</summary>
internal static class Circles
{
    public static IReadOnlyList<string[]> Of(IEnumerable<Arrow> arrows)
    {
        ILookup<string, string> next = arrows.Select(arrow => (arrow.From, arrow.To)).Distinct().ToLookup(pair => pair.From, pair => pair.To);
        Dictionary<string, HashSet<string>> reached = next.ToDictionary(
            rooms => rooms.Key, rooms => Reached(rooms.Key, next), StringComparer.Ordinal);

        return
        [
            .. from room in reached.Keys
               where reached[room].Contains(room)
               let circle = reached[room].Where(other => reached.TryGetValue(other, out HashSet<string>? back) && back.Contains(room))
               let ordered = circle.Order(StringComparer.Ordinal).ToArray()
               where ordered[0] == room
               orderby room
               select ordered,
        ];
    }

    /// <summary>Everything that can be come to from a room, over one arrow or more.</summary>
    public static HashSet<string> Reached(string from, ILookup<string, string> next)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        Stack<string> open = new([from]);
        while (open.TryPop(out string? room))
        {
            foreach (string other in next[room].Where(seen.Add))
                open.Push(other);
        }

        return seen;
    }
}
