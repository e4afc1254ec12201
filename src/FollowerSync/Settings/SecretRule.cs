using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>What every secret has to be, whatever it is for. A line end or quotes that came with it from a file or a shell would silently make another
/// secret of it.</summary>
internal static class SecretRule
{
    private const string Quotes = "\"'`“”‘’„«»";

    /// <summary>What the secret has to be, when it is not; null when it can be used.</summary>
    public static Sentence? Broken(string secret)
    {
        if (BrokenLines(secret) is { } broken)
            return broken;
        if (secret.Length > 0 && (char.IsWhiteSpace(secret[0]) || char.IsWhiteSpace(secret[^1])))
            return "must not begin or end with a space";
        if (secret.Length > 0 && (Quotes.Contains(secret[0], StringComparison.Ordinal) || Quotes.Contains(secret[^1], StringComparison.Ordinal)))
            return "must not stand in quotes: they would be part of it";
        return null;
    }

    /// <summary>The part of it that holds for a text with a secret in it, too.</summary>
    public static Sentence? BrokenLines(string text) => text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF')
        ? (Sentence)"must not contain line ends or other control characters: write it without them (printf %s, not echo)" : null;
}
