namespace FollowerSync.Emulator.Accounts;

/// <summary>Whom a list names.</summary>
internal enum ListFilter
{
    All,
    Tag,
    Blacklisted,
}
