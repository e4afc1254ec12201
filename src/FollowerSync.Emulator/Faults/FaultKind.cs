namespace FollowerSync.Emulator;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>An errcode in place of the answer.</summary>
    ErrCode,
}
