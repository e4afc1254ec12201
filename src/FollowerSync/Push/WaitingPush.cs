using FollowerSync.Arrivals;

namespace FollowerSync.Push;

/// <summary>An arrival whose sender waits to hear that it is stored.</summary>
internal sealed class WaitingPush(Arrival arrival)
{
    private readonly TaskCompletionSource<bool> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Arrival Arrival => arrival;

    /// <summary>Whether it is committed.</summary>
    public Task<bool> Stored => _stored.Task;

    public void Answer(bool isStored) => _stored.TrySetResult(isStored);
}
