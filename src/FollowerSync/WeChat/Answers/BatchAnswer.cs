using FollowerSync.Followers;

namespace FollowerSync.WeChat.Answers;

/// <summary>One answer of <c>user/info/batchget</c>, in whatever order WeChat gave it.</summary>
/// <param name="Profiles">The entries that name an openid.</param>
/// <param name="Unreadable">Entries that name none.</param>
internal sealed record BatchAnswer(IReadOnlyList<FollowerProfile> Profiles, int Unreadable);
