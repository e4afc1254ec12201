using System.Runtime.InteropServices;
using System.Text;

namespace FollowerSync.Logging;

/// <summary>Finds known secrets in a text, plain or in Base64 at any alignment. Of secrets without spaces, which nobody could take for words, any
/// piece of <see cref="Piece"/> letters is found, so that a secret cut anywhere is found too. Not for several threads at once.</summary>
internal sealed class SecretIndex
{
    /// <summary>Twelve letters of a random secret stand in no other text by chance.</summary>
    private const int Piece = 12;

    /// <summary>The Base64 of a shorter secret would be found in ordinary words.</summary>
    private const int ShortestInBase64 = 6;

    // A letter of Base64 holds six bits: what stands beside a piece that was found belongs to the same secret for three letters at most.
    private const int EdgeOfBase64 = 3;

    private const ulong Factor = 1_099_511_628_211;

    private readonly List<(string Text, bool IsBase64)> _wholes = [];
    private readonly Dictionary<ulong, (int Secrets, bool IsBase64)> _pieces = [];
    private readonly List<string> _public = [];
    private readonly ulong _oldest = Power(Factor, Piece);

    /// <summary>Finds the secret from now on.</summary>
    public void Add(string secret)
    {
        foreach ((string form, bool isRandom, bool isBase64) in FormsOf(secret))
        {
            if (isRandom)
                Count(form, isBase64, 1);
            else
                _wholes.Add((form, isBase64));
        }

        // A secret that begins with another one must go first, or its rest would stay.
        _wholes.Sort((left, right) => right.Text.Length.CompareTo(left.Text.Length));
    }

    /// <summary>Finds the secret no more, but what it has in common with others.</summary>
    public void Remove(string secret)
    {
        foreach ((string form, bool isRandom, bool isBase64) in FormsOf(secret))
        {
            if (isRandom)
                Count(form, isBase64, -1);
            else
                _wholes.Remove((form, isBase64));
        }
    }

    /// <summary>Finds nothing within the text from now on.</summary>
    public void AddPublic(string text) => _public.Add(Normal(text));

    /// <summary>Adds the places of the original text where a secret stands.</summary>
    public void Find(DecodedText text, List<Range> places)
    {
        string letters = Normal(text.Text);
        foreach ((string whole, bool isBase64) in _wholes)
        {
            for (int at = letters.IndexOf(whole, StringComparison.Ordinal); at >= 0; at = letters.IndexOf(whole, at + 1, StringComparison.Ordinal))
                Place(text, letters, at, whole.Length, isBase64, places);
        }

        if (_pieces.Count > 0)
            FindPieces(text, letters, places);
    }

    private void FindPieces(DecodedText text, string letters, List<Range> places)
    {
        ulong hash = 0;
        for (int end = 0; end < letters.Length; end++)
        {
            hash = (hash * Factor) + letters[end] + 1;
            if (end >= Piece)
                hash -= (letters[end - Piece] + 1UL) * _oldest;
            if (end >= Piece - 1 && _pieces.TryGetValue(hash, out (int Secrets, bool IsBase64) piece))
                Place(text, letters, end - Piece + 1, Piece, piece.IsBase64, places);
        }
    }

    private void Place(DecodedText text, string letters, int start, int length, bool isBase64, List<Range> places)
    {
        int end = start + length;
        if (_public.Exists(known => IsWithin(known, letters, start, end)))
            return;
        for (int edge = 0; isBase64 && edge < EdgeOfBase64; edge++)
        {
            if (start > 0 && IsBase64(letters[start - 1]))
                start--;
            if (end < letters.Length && IsBase64(letters[end]))
                end++;
        }

        places.Add(text.OriginOf(start, end));
    }

    // An occurrence of the known text that begins no later and ends no sooner.
    private static bool IsWithin(string known, string letters, int start, int end) =>
        known.Length >= end - start
        && letters.AsSpan()[Math.Max(0, end - known.Length)..Math.Min(letters.Length, start + known.Length)].Contains(known, StringComparison.Ordinal);

    /// <summary>The ways in which a secret may be written, and whether it is found by its pieces.</summary>
    private static IEnumerable<(string Form, bool IsRandom, bool IsBase64)> FormsOf(string secret)
    {
        bool isRandom = secret.Length >= Piece + 4 && !secret.Any(char.IsWhiteSpace);
        yield return (Normal(secret), isRandom, false);
        if (secret.Contains(' ', StringComparison.Ordinal))
            yield return (Normal(secret.Replace(' ', '+')), isRandom, false);
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        for (int shift = 0; shift < 3 && bytes.Length >= ShortestInBase64; shift++)
            yield return (Normal(InBase64(bytes, shift)), isRandom, true);
    }

    private void Count(string form, bool isBase64, int more)
    {
        for (int start = 0; start + Piece <= form.Length; start++)
        {
            ulong piece = Hash(form.AsSpan(start, Piece));
            ref (int Secrets, bool IsBase64) known = ref CollectionsMarshal.GetValueRefOrAddDefault(_pieces, piece, out _);
            known = (known.Secrets + more, more > 0 ? isBase64 : known.IsBase64);
            if (known.Secrets == 0)
                _pieces.Remove(piece);
        }
    }

    /// <summary>The letters that the secret alone decides when so many bytes stand before it.</summary>
    private static string InBase64(byte[] secret, int shift)
    {
        string all = Convert.ToBase64String([.. new byte[shift], .. secret]).TrimEnd('=');
        int first = ((shift * 8) + 5) / 6;
        int last = (shift + secret.Length) * 8 / 6;
        return all[first..last];
    }

    // Base64 for addresses has other letters for two of the 64.
    private static string Normal(string text) => text.Replace('-', '+').Replace('_', '/');

    private static bool IsBase64(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '=';

    private static ulong Hash(ReadOnlySpan<char> letters)
    {
        ulong hash = 0;
        foreach (char letter in letters)
            hash = (hash * Factor) + letter + 1;
        return hash;
    }

    private static ulong Power(ulong number, int exponent) => exponent == 0 ? 1 : number * Power(number, exponent - 1);
}
