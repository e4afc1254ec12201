using System.Globalization;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>How long the trials of two nodes are. <c>eng/cluster.sh</c> sets the variables; without them they are short.</summary>
internal static class TrialOptions
{
    /// <summary>Kills and pauses.</summary>
    public static int Disturbances => Number("FOLLOWERSYNC_CLUSTER_DISTURBANCES", 4);

    /// <summary>Seed of what is done to whom, and when.</summary>
    public static int Seed => Number("FOLLOWERSYNC_CLUSTER_SEED", 1);

    /// <summary>Accounts that fire in the same second.</summary>
    public static int Accounts => Number("FOLLOWERSYNC_CLUSTER_ACCOUNTS", 40);

    /// <summary>Accounts of a night; 0 = no night.</summary>
    public static int NightAccounts => Number("FOLLOWERSYNC_CLUSTER_NIGHT", 0);

    /// <summary>Followers of each of them.</summary>
    public static int NightFollowers => Number("FOLLOWERSYNC_CLUSTER_FOLLOWERS", 5_000);

    /// <summary>How often each way of being taken over is tried with the default settings, for minutes.</summary>
    public static int Takeovers => Number("FOLLOWERSYNC_CLUSTER_TAKEOVERS", 0);

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
