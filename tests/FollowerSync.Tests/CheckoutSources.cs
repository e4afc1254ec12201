using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>The sources the tests were built from, read once.</summary>
internal static class CheckoutSources
{
    private static readonly Lazy<(SourceTree, IReadOnlyList<Arrow>)> Read = new(() =>
    {
        SourceTree tree = SourceTree.Read(SourceTree.OwnCheckout());
        return (tree, FollowerSync.Structure.Arrows.Of(tree));
    });

    public static SourceTree Tree => Read.Value.Item1;

    public static IReadOnlyList<Arrow> Arrows => Read.Value.Item2;
}
