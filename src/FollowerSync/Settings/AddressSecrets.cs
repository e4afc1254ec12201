namespace FollowerSync.Settings;

/// <summary>The secret parts of an address that carries some in its path or query, as those of robots and pings do.</summary>
internal static class AddressSecrets
{
    // Shorter values are words such as "json".
    private const int Shortest = 8;

    /// <summary>Whether the text is an address, or means to be one.</summary>
    public static bool IsAddress(string text) => text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && IsKnown(address);

    /// <summary>What of an address nobody may see: a password, the values of its query, the last part of its path and whatever else there looks like a secret.</summary>
    public static IEnumerable<string> Of(string text)
    {
        Uri address = new(text, UriKind.Absolute);
        string[] path = [.. address.AbsolutePath.Split('/').Where(part => part.Length >= Shortest)];
        string[] user = address.UserInfo.Split(':', 2);
        IEnumerable<string> parts =
        [
            .. user.Skip(1),
            .. address.Query.TrimStart('?').Split('&').Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]).Where(value => value.Length >= Shortest),
            .. path.Where((part, index) => index == path.Length - 1 || ShownValue.LooksSecret(part)),
        ];
        return parts.Select(Uri.UnescapeDataString).Where(part => part.Length > 0).Distinct(StringComparer.Ordinal);
    }

    private static bool IsKnown(Uri address) => address.Scheme is "http" or "https" or "smtp";
}
