namespace FollowerSync.Emulator.Tokens;

/// <summary>What a token is worth at this moment.</summary>
internal enum TokenFate
{
    Unknown,
    Valid,
    Expired,
    Replaced,
}
