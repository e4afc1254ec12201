namespace FollowerSync.Push;

/// <summary>Pushes to be tried again, the oldest first. WeChat's repetitions of one of them take no room of their own. Used by one writer alone.</summary>
/// <param name="most">How many there is room for.</param>
internal sealed class KeptPushes(int most)
{
    private readonly Queue<WaitingPush> _pushes = [];
    private readonly HashSet<(string AppId, string Fingerprint)> _known = [];

    public int Count => _pushes.Count;

    /// <returns>Whether it is kept; false = there is no room.</returns>
    public bool Add(WaitingPush push)
    {
        if (Count >= most)
            return _known.Contains(KeyOf(push));
        if (_known.Add(KeyOf(push)))
            _pushes.Enqueue(push);
        return true;
    }

    /// <summary>Hands out so many, or all there are; they are not kept any more.</summary>
    public WaitingPush[] Take(int count)
    {
        WaitingPush[] taken = new WaitingPush[Math.Min(count, Count)];
        for (int index = 0; index < taken.Length; index++)
            _known.Remove(KeyOf(taken[index] = _pushes.Dequeue()));
        return taken;
    }

    private static (string AppId, string Fingerprint) KeyOf(WaitingPush push) => (push.Arrival.AppId, Convert.ToHexString(push.Arrival.Fingerprint));
}
