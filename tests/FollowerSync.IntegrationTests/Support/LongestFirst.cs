using Xunit.Abstractions;

[assembly: TestCollectionOrderer("FollowerSync.IntegrationTests.Support.LongestFirst", "FollowerSync.IntegrationTests")]

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Begins with the classes that take minutes: begun last, one of them would run alone on a machine that has nothing else left to do.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "Chaos.ChaosTests", "CommandLine.AnalystVerbTests", "Chaos.SecretsTests", "AccountMigration.AccountMigrationTests", "Analysts.SearchPathTests", "CommandLine.TokenVerbTests",
        "WeChat.LyingAnswersTests", "CommandLine.PlanTests", "Replication.FailoverTests", "Documents.CookbookPageTests",
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(Place);

    private static int Place(ITestCollection collection) =>
        Array.FindIndex(Long, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length;
}
