namespace FollowerSync.WeChat.Answers;

/// <summary>A token for one account's calls. Its text is a secret.</summary>
/// <param name="Value">The token.</param>
/// <param name="Lifetime">How long it works, from when it was fetched.</param>
/// <param name="Left">How much of that was left when it was fetched or read; no moment, since the clocks of two machines differ.</param>
internal sealed record AccessToken(string Value, TimeSpan Lifetime, TimeSpan Left)
{
    public override string ToString() => $"token that works for {Left}";
}
