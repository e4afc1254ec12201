namespace FollowerSync.Alerts;

/// <summary>The calls between those who find something, those who look and those who send.</summary>
internal sealed class AlertCalls(TimeProvider time)
{
    private volatile bool _wantsBooks;

    /// <summary>Something happened: look now.</summary>
    public AlertCall Look { get; } = new(time);

    /// <summary>Something may be there to be sent.</summary>
    public AlertCall Send { get; } = new(time);

    /// <summary>A run has ended.</summary>
    public void RunEnded()
    {
        _wantsBooks = true;
        Look.Ring();
    }

    /// <summary>Whether a run has ended since this was last asked, so that the books are looked at too.</summary>
    public bool TakeBooks()
    {
        bool wants = _wantsBooks;
        _wantsBooks = false;
        return wants;
    }
}
