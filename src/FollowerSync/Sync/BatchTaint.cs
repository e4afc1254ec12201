using FollowerSync.Followers;
using FollowerSync.WeChat;

namespace FollowerSync.Sync;

/// <summary>Whether the answer to a batch can be believed as a whole. One that leaves out, adds or repeats a person, or gives two people the same
/// unionid, may have shifted everything behind that place.</summary>
internal static class BatchTaint
{
    public static bool IsClean(IReadOnlyCollection<string> asked, BatchAnswer answer)
    {
        if (answer.Unreadable > 0 || answer.Profiles.Count != asked.Count)
            return false;

        HashSet<string> expected = new(asked, StringComparer.Ordinal);
        HashSet<string> unionIds = new(StringComparer.Ordinal);
        foreach (FollowerProfile profile in answer.Profiles)
        {
            if (!expected.Remove(profile.OpenId) || profile.Subscribe is null || profile.IsHollow)
                return false;
            if (profile.UnionId is { } unionId && !unionIds.Add(unionId))
                return false;
        }

        return true;
    }
}
