namespace FollowerSync.WeChat.Answers;

/// <summary>A token for one account's calls. Its text is a secret.</summary>
/// <param name="Value">The token.</param>
/// <param name="ObtainedAt">When it was fetched.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record AccessToken(string Value, DateTimeOffset ObtainedAt, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"token that ends {ExpiresAt:u}";
}
