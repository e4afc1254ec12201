namespace FollowerSync.OAuth;

/// <summary>Somebody whom WeChat told us about.</summary>
/// <param name="Account">By which account.</param>
/// <param name="OpenId">Who it is there.</param>
/// <param name="UnionId">Who it is for all accounts; null = not told.</param>
/// <param name="Nickname">What the visitor agreed to tell; null = not asked, or not told.</param>
internal sealed record Visitor(AuthorizingAccount Account, string OpenId, string? UnionId, string? Nickname)
{
    public override string ToString() => "a visitor";
}
