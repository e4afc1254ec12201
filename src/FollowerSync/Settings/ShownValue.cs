namespace FollowerSync.Settings;

/// <summary>How a setting's value appears in a message.</summary>
internal static class ShownValue
{
    private const int LongestShown = 80;

    /// <summary>The value in quotes, cut when long; never a secret, nor an address that may carry one.</summary>
    public static string? Of(string? value, bool secret)
    {
        if (value is null)
            return null;
        if (value.Length == 0)
            return "empty";
        if (secret || value.Contains('@', StringComparison.Ordinal) || value.Contains('?', StringComparison.Ordinal) && value.Contains('/', StringComparison.Ordinal))
            return "not shown, as it may be secret";
        return value.Length <= LongestShown ? $"\"{value}\"" : $"\"{value[..LongestShown]}…\"";
    }
}
