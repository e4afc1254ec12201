namespace FollowerSync.OAuth;

/// <summary>What a visitor who comes back from WeChat is answered.</summary>
/// <param name="Address">Where the visitor is sent; with a page the link on it.</param>
/// <param name="Refusal">Why the visitor does not get on; null = gets on.</param>
/// <param name="Page">What the visitor reads; null = is sent to the address.</param>
internal sealed record BackAnswer(string Address, string? Refusal = null, (string Chinese, string English)? Page = null)
{
    public override string ToString() => "an answer to a visitor";
}
