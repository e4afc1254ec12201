using System.Text;
using FollowerSync.Logging;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Who looks at the page, as far as it demands to know: what the log of actions calls them.</summary>
internal static class PageVisitor
{
    private const int LongestName = 64;
    private static readonly object Key = new();

    /// <summary>The name of whoever was let in; empty where the page demands none.</summary>
    public static string NameOf(HttpContext http) => http.Items[Key] as string ?? "";

    /// <summary>Notes whom the request was let in as.</summary>
    public static void LetIn(HttpContext http, string name) => http.Items[Key] = name;

    /// <summary>A name as it can be shown: whatever it is made of, it changes nothing beside it.</summary>
    public static string Shown(string name)
    {
        string clean = string.Concat(name.EnumerateRunes().Where(rune => Printable.IsSafe(rune) && rune != Rune.ReplacementChar).Take(LongestName));
        return clean.Trim();
    }
}
