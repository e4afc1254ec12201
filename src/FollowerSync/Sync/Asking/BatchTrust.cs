using FollowerSync.Followers;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.Sync.Asking;

/// <summary>Whether the answer to a batch can be believed as a whole. One that leaves out, adds or repeats a person, or gives two people the same
/// unionid, may have shifted everything behind that place.</summary>
internal static class BatchTrust
{
    public static bool CanBelieve(IReadOnlyCollection<string> asked, BatchAnswer answer)
    {
        if (answer.Unreadable > 0 || answer.Profiles.Count != asked.Count)
            return false;

        HashSet<string> expected = new(asked, StringComparer.Ordinal);
        HashSet<int> unionIds = new(asked.Count);
        foreach (FollowerProfile profile in answer.Profiles)
        {
            if (!expected.Remove(profile.OpenId) || profile.Subscribe is null || profile.IsHollow)
                return false;
            if (!profile.UnionIdUtf8.IsEmpty && !unionIds.Add(HashOf(profile.UnionIdUtf8)))
                return false;
        }

        return true;
    }

    /// <summary>Two unionids with one hash, once in a million batches, cost a few calls and nothing else.</summary>
    private static int HashOf(ReadOnlySpan<byte> unionId)
    {
        var hash = new HashCode();
        hash.AddBytes(unionId);
        return hash.ToHashCode();
    }
}
