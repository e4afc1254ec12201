namespace FollowerSync.Followers;

/// <summary>What came of trusted events.</summary>
/// <param name="Marked">How many people were marked as gone, those included who came and went unseen.</param>
/// <param name="OfNew">What they tell of people who follow and are not stored yet: to be completed when these are.</param>
internal sealed record AppliedEvents(int Marked, IReadOnlyList<FollowChange> OfNew)
{
    public static readonly AppliedEvents None = new(0, []);
}
