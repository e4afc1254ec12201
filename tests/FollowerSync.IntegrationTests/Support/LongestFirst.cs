using Xunit.Abstractions;

[assembly: TestCollectionOrderer("FollowerSync.IntegrationTests.Support.LongestFirst", "FollowerSync.IntegrationTests")]

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Begins with the classes that take minutes: begun last, one of them would run alone on a machine that has nothing else left to do.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "CommandLine.AnalystVerbTests", "Chaos.EchoedSecretsTests", "Readings.TagListTests", "StatusPage.StatusPageBrowserTests", "WeChat.LyingAnswersTests",
        "Followers.FollowEventDaysTests", "CommandLine.StopTests", "Analysts.DiscoveryTests", "AccountMigration.AccountMigrationTests", "CommandLine.ExitCodeTests",
        "CommandLine.TokenVerbTests",
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(Place);

    private static int Place(ITestCollection collection) =>
        Array.FindIndex(Long, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length;
}
