namespace FollowerSync.Sharing;

/// <summary>The stored token of an account, for a mirror. Its text is a secret.</summary>
/// <param name="Value">The token.</param>
/// <param name="Left">How long it works yet.</param>
/// <param name="Generation">Grows with every token of the account.</param>
internal sealed record MirroredToken(string Value, TimeSpan Left, long Generation)
{
    public override string ToString() => $"token that works for {Left}";
}
