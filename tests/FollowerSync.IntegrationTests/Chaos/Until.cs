namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>Waiting for a condition, never for a time.</summary>
internal static class Until
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(2);

    /// <summary>Whether the condition came true before the deadline.</summary>
    public static Task<bool> IsTrueAsync(Func<bool> condition, TimeSpan deadline) => IsTrueAsync(() => Task.FromResult(condition()), deadline);

    /// <inheritdoc cref="IsTrueAsync(Func{bool}, TimeSpan)"/>
    public static async Task<bool> IsTrueAsync(Func<Task<bool>> condition, TimeSpan deadline)
    {
        long start = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(LookAgainAfter);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline)
                return false;
            await timer.WaitForNextTickAsync();
        }

        return true;
    }
}
