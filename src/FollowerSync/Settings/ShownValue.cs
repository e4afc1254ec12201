using System.Text.RegularExpressions;
using FollowerSync.Languages;
using FollowerSync.Logging;

namespace FollowerSync.Settings;

/// <summary>How a setting's value appears in a message.</summary>
internal static partial class ShownValue
{
    private const int LongestShown = 80;

    /// <summary>The value in quotes, cut when long; never a secret, nor what looks like one, nor an address that may carry one.</summary>
    public static Sentence? Of(string? value, bool secret)
    {
        if (value is null)
            return null;
        if (value.Length == 0)
            return "empty";
        if (secret || LooksSecret(value) || value.Contains('@', StringComparison.Ordinal) || (value.Contains('?', StringComparison.Ordinal) && value.Contains('/', StringComparison.Ordinal)))
            return "not shown, as it may be secret";
        return Sentence.Foreign(value.Length <= LongestShown ? $"\"{Printable.Of(value)}\"" : $"\"{Printable.Of(value[..LongestShown])}…\"");
    }

    /// <summary>Whether a value has a part that may be a secret in a wrong place: twelve letters and digits in a row, as no other setting has. AppIDs and
    /// the names of accounts (gh_…) are known by their beginning.</summary>
    public static bool LooksSecret(string value) => Suspect().IsMatch(value);

    /// <summary>The text with what looks like a secret replaced: the name of a setting may be a value in a wrong place.</summary>
    public static string Name(string text) => SuspectName().Replace(Printable.Of(text), SecretMask.Replacement);

    [GeneratedRegex("(?=[A-Za-z]*[0-9])[A-Za-z0-9]{16,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SuspectName();

    [GeneratedRegex("(?<![A-Za-z0-9+=_-])(?!(wx[0-9A-Za-z]{0,18}|gh_[0-9A-Za-z]{0,16})(?![A-Za-z0-9+=_-]))(?=[A-Za-z+=_-]*[0-9])[A-Za-z0-9+=_-]{12,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Suspect();
}
