namespace FollowerSync.Import;

/// <summary>Parts a line into its fields as spreadsheets and databases write them. Not by a library: lines are to be named by their numbers in the file, a
/// quote that nobody closes must not swallow the rest of it, and bytes of any encoding may stand in the other columns.</summary>
internal static class CsvFields
{
    private const byte Quote = (byte)'"';

    /// <summary>What may stand between fields.</summary>
    public static ReadOnlySpan<byte> AnySeparator => ",;\t"u8;

    /// <summary>Where a field is, and whether the line ends within quotes, so that the next line belongs to it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="wanted">Number of the field; 0 is the first.</param>
    /// <param name="separators">What parts fields.</param>
    public static FoundField Find(ReadOnlySpan<byte> line, int wanted, ReadOnlySpan<byte> separators)
    {
        FoundField found = new(Exists: false, Start: 0, Length: 0, EndsInQuotes: false, Fields: 0);
        int at = 0;
        for (int number = 0; at <= line.Length; number++)
        {
            int length = LengthOf(line[at..], separators, out bool isOpen);
            if (number == wanted)
                found = found with { Exists = true, Start = at, Length = length };
            found = found with { EndsInQuotes = isOpen, Fields = number + 1 };
            at += length + 1;
        }

        return found;
    }

    private static int LengthOf(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> separators, out bool isOpen)
    {
        int at = rest.Length - rest.TrimStart((byte)' ').Length;
        isOpen = at < rest.Length && rest[at] == Quote;
        if (isOpen)
        {
            at++;
            while (isOpen && rest[at..].IndexOf(Quote) is >= 0 and int closing)
            {
                at += closing + 1;
                // Two quotes are one in the text.
                isOpen = at < rest.Length && rest[at] == Quote;
                at += isOpen ? 1 : 0;
            }

            if (isOpen)
                return rest.Length;
        }

        int end = rest[at..].IndexOfAny(separators);
        return end < 0 ? rest.Length : at + end;
    }
}

/// <param name="Exists">Whether the line has so many fields.</param>
/// <param name="Start">Where the field begins.</param>
/// <param name="Length">Bytes it has.</param>
/// <param name="EndsInQuotes">Whether a quote is still open at the end of the line.</param>
/// <param name="Fields">How many fields there are.</param>
internal readonly record struct FoundField(bool Exists, int Start, int Length, bool EndsInQuotes, int Fields);
