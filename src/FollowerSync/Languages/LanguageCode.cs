namespace FollowerSync.Languages;

/// <summary>What settings, pages and the database call a <see cref="Language"/>: the codes of BCP 47.</summary>
internal static class LanguageCode
{
    public const string Chinese = "zh-CN";
    public const string English = "en";
}
