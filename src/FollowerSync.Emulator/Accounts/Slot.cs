namespace FollowerSync.Emulator.Accounts;

/// <summary>What a test has fixed about one place of the list; it stands above what the seed says, and churn passes it by.</summary>
/// <param name="Follower">The person, or for a refused openid only the openid.</param>
/// <param name="Refused">Whether the openid is listed but answered with 40003 wherever it is asked for.</param>
internal sealed record Slot(EmulatedFollower Follower, bool Refused)
{
    public bool Listed => Refused || Follower.Subscribe;
}
