namespace FollowerSync.OAuth;

/// <summary>What a page gives along with its visitor and gets back: letters that stand in addresses, cookies and a signed line as they are.</summary>
internal static class VisitorState
{
    public const int Longest = 128;

    public static bool IsRight(string text) =>
        text.Length <= Longest && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '~');
}
