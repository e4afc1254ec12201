using FollowerSync.Accounts;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat.Calls;

/// <summary>Which of WeChat's hosts to call: the first, until it fails several times in a row; then the next fallback, and back to the first later.</summary>
internal sealed class HostRotation(IOptions<WeChatOptions> options, TimeProvider time)
{
    private const int FailuresToMove = 3;
    private static readonly TimeSpan BackAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Uri[] _hosts = [options.Value.BaseAddress, .. options.Value.FallbackAddresses];
    private int _current;
    private int _failures;
    private long _movedAt;

    public Uri Current
    {
        get
        {
            lock (_lock)
            {
                if (_current != 0 && time.GetElapsedTime(_movedAt) >= BackAfter)
                    MoveTo(0);
                return _hosts[_current];
            }
        }
    }

    public void Answered(Uri host)
    {
        lock (_lock)
        {
            if (host == _hosts[_current])
                _failures = 0;
        }
    }

    public void Failed(Uri host)
    {
        lock (_lock)
        {
            if (host == _hosts[_current] && ++_failures >= FailuresToMove)
                MoveTo((_current + 1) % _hosts.Length);
        }
    }

    private void MoveTo(int index)
    {
        _current = index;
        _failures = 0;
        _movedAt = time.GetTimestamp();
    }
}
