namespace FollowerSync.Emulator;

/// <summary>Whom a list names.</summary>
internal enum ListFilter
{
    All,
    Tag,
    Blacklisted,
}
