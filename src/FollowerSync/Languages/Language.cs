namespace FollowerSync.Languages;

/// <summary>A language the program speaks to people in. Its log is English.</summary>
internal enum Language
{
    English,

    /// <summary>Simplified.</summary>
    Chinese,
}
