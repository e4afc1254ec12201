namespace FollowerSync.Emulator.Hosting;

/// <summary>The latest failed calls by rid, for <c>rid/get</c>. Tokens and secrets are not kept.</summary>
internal sealed class FailedCalls
{
    private const int Remembered = 256;

    private readonly Lock _gate = new();
    private readonly Queue<FailedCall> _calls = new();

    public void Add(FailedCall call)
    {
        lock (_gate)
        {
            if (_calls.Count == Remembered)
                _calls.Dequeue();
            _calls.Enqueue(call);
        }
    }

    public FailedCall? Find(string rid, string appId)
    {
        lock (_gate)
            return _calls.FirstOrDefault(call => call.Rid == rid && call.AppId == appId);
    }
}
