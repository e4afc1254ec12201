namespace FollowerSync.CommandLine;

/// <summary>Waits for a stop.</summary>
internal static class CancellationWait
{
    /// <summary>A task that completes, without failing, when any of the tokens is cancelled.</summary>
    public static async Task AnyAsync(CancellationToken first, CancellationToken second = default)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration one = first.Register(() => ended.TrySetResult());
        await using CancellationTokenRegistration other = second.Register(() => ended.TrySetResult());
        await ended.Task;
    }
}
