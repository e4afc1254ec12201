namespace FollowerSync.Followers;

/// <summary>The kinds of <c>wechat.changes</c>; what each means stands in the comment of its column <c>kind</c>.</summary>
internal static class ChangeKinds
{
    public const string Added = "added";
    public const string Changed = "changed";
    public const string Unfollowed = "unfollowed";
    public const string Returned = "returned";
    public const string Blacklisted = "blacklisted";
    public const string Unblacklisted = "unblacklisted";
    public const string Erased = "erased";
    public const string Deleted = "deleted";
}
