using FollowerSync.Structure;

namespace FollowerSync.Tests;

public sealed class TransactionTests
{
    /// <summary>The migrator's scripts are transactions of their own; everything else is <c>FollowerDatabase.RunAsync</c>.</summary>
    [Fact]
    public void Only_the_database_itself_begins_a_transaction()
    {
        string source = Path.Combine(SourceTree.OwnCheckout(), "src", "FollowerSync");

        IEnumerable<string> beginners = Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("BeginTransaction", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(source, file).Replace('\\', '/'));

        beginners.Order(StringComparer.Ordinal).ShouldBe(["Database/FollowerDatabase.cs", "Database/SearchPath.cs"]);
    }
}
