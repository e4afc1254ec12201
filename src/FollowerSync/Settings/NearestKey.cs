namespace FollowerSync.Settings;

/// <summary>Finds the known key a mistyped one was probably meant to be.</summary>
internal static class NearestKey
{
    private const int ShortestPart = 4;

    /// <summary>The known key with the fewest letters to change, if no more than a third of them, else one that is part of the other; null
    /// when there is none.</summary>
    public static string? Of(string typed, IReadOnlyCollection<string> known)
    {
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string key in known)
        {
            int distance = Distance(typed.ToUpperInvariant(), key.ToUpperInvariant());
            if (distance < fewest && distance <= Math.Max(2, key.Length / 3))
                (nearest, fewest) = (key, distance);
        }

        return nearest ?? known.FirstOrDefault(key => IsPart(key, typed) || IsPart(typed, key));
    }

    private static bool IsPart(string part, string whole) =>
        part.Length >= ShortestPart && whole.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static int Distance(string left, string right)
    {
        int[] above = [.. Enumerable.Range(0, right.Length + 1)];
        for (int row = 1; row <= left.Length; row++)
        {
            int[] current = new int[right.Length + 1];
            current[0] = row;
            for (int column = 1; column <= right.Length; column++)
            {
                int replace = above[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(replace, 1 + Math.Min(above[column], current[column - 1]));
            }

            above = current;
        }

        return above[right.Length];
    }
}
