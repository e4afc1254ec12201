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

    Sex = 4,

    /// <summary>All of them: what exactly is meant is not known.</summary>
    All = Face | Place | Sex,
}
