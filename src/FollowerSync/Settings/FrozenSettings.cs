namespace FollowerSync.Settings;

/// <summary>A copy of settings that no later change of a file or variable reaches. Keys without a value count as not set.</summary>
internal static class FrozenSettings
{
    /// <param name="root">The settings to copy.</param>
    /// <param name="without">Paths left out, with all below them.</param>
    public static IConfigurationRoot Of(IConfigurationRoot root, IReadOnlySet<string>? without = null) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(root.AsEnumerable().Where(pair => pair.Value is not null && !IsLeftOut(pair.Key, without)))
            .Build();

    private static bool IsLeftOut(string path, IReadOnlySet<string>? without) =>
        without is not null && without.Any(left =>
            path.StartsWith(left, StringComparison.OrdinalIgnoreCase) && (path.Length == left.Length || path[left.Length] == ':'));
}
