namespace FollowerSync.Leases;

/// <summary>Leases of several accounts, which are given back together.</summary>
internal sealed class HeldLeases : IAsyncDisposable
{
    private readonly List<RunLease> _leases = [];

    /// <summary>In the order they were taken.</summary>
    public IReadOnlyList<RunLease> All => _leases;

    public void Add(RunLease lease) => _leases.Add(lease);

    public async ValueTask DisposeAsync()
    {
        foreach (RunLease lease in _leases)
            await lease.DisposeAsync();
    }
}
