namespace FollowerSync.AccountMigration;

/// <summary>What came of asking about an openid of the old account.</summary>
/// <param name="OldOpenId">The openid.</param>
/// <param name="NewOpenId">The same person's openid at the new account; null = WeChat named none.</param>
/// <param name="Why">Why there is none; null when there is one.</param>
internal sealed record ChangedOpenId(string OldOpenId, string? NewOpenId, string? Why)
{
    /// <summary>WeChat's last word: asking again is of no use. Whatever else it says may pass.</summary>
    public const string Unknown = "ori_openid error: not a follower of the old account, as WeChat has it";

    public const string LeftOut = "no usable answer: left out of the answer, twice";

    public const string NamedTwice = "no usable answer: the new openid was named for two people";

    /// <summary>Whether the next migration asks about it again.</summary>
    public bool IsOpen => NewOpenId is null && Why != Unknown;
}
