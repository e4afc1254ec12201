namespace FollowerSync.Privacy;

/// <summary>Personal fields of a profile that WeChat asks to be erased.</summary>
[Flags]
internal enum PersonalFields
{
    None = 0,

    /// <summary>Nickname and picture.</summary>
    Face = 1,

    /// <summary>City, province and country.</summary>
    Place = 2,

    /// <summary>All of them, the sex too: what exactly is meant is not known.</summary>
    All = 7,
}
