namespace FollowerSync.WeChat.Answers;

/// <summary>Openids and unionids that are handed on to others in a signed line, whose parts a <c>|</c> separates.</summary>
internal static class SignableId
{
    /// <summary>The identifier without blanks around it; null when it cannot be one.</summary>
    public static string? Of(string? text, int longest) =>
        Identifier.Of(text, longest) is { } id && !id.Contains('|', StringComparison.Ordinal) ? id : null;
}
