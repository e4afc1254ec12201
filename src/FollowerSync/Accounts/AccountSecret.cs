namespace FollowerSync.Accounts;

/// <summary>What gets an account its token.</summary>
/// <param name="AppSecret">For WeChat.</param>
/// <param name="TokenBearer">For a token service of one's own; empty = none.</param>
/// <param name="TokenAddress">Its address, whose query may hold a key; null = none.</param>
/// <param name="RedisConnection">Where another program keeps the token, with the password; empty = nowhere.</param>
internal sealed record AccountSecret(string AppSecret, string TokenBearer, Uri? TokenAddress, string RedisConnection)
{
    public override string ToString() => "a secret";
}
