namespace FollowerSync.WeChat.Errors;

/// <summary>An API that is left alone for an account for a while.</summary>
/// <param name="Api">Path of the API; <see cref="All"/> = all of the account's.</param>
/// <param name="StoppedAt">When it was stopped.</param>
/// <param name="Until">When it may be called again.</param>
/// <param name="Reason">What WeChat said, and the remedy.</param>
internal sealed record ApiStop(string Api, DateTimeOffset StoppedAt, DateTimeOffset Until, string Reason)
{
    public const string All = "*";
}
