namespace FollowerSync.Emulator.Visitors;

/// <summary>What a code is worth at this moment.</summary>
internal enum CodeFate
{
    Unknown,
    Good,
    Used,
    Expired,
}
