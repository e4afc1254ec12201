namespace FollowerSync.Alerts.Channels;

/// <summary>Who is named in a message: everybody, mobile numbers, user ids.</summary>
internal sealed class MentionList(IEnumerable<string> mentions)
{
    private const string Everybody = "@all";
    private const int ShortestMobile = 8;

    private readonly string[] _mentions = [.. mentions.Select(one => string.Equals(one, Everybody, StringComparison.OrdinalIgnoreCase) ? Everybody : one.TrimStart('@'))];

    public bool HasEverybody => _mentions.Contains(Everybody, StringComparer.Ordinal);

    public string[] Mobiles => [.. _mentions.Where(IsMobile)];

    public string[] Users => [.. _mentions.Where(one => one != Everybody && !IsMobile(one))];

    public bool IsEmpty => _mentions.Length == 0;

    private static bool IsMobile(string text) => text.Length >= ShortestMobile && text.All(letter => char.IsAsciiDigit(letter) || letter is '+' or '-');
}
