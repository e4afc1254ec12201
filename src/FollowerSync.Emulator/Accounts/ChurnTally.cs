using System.Runtime.InteropServices;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Accounts;

/// <summary>Counts the difference between two states of many people.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ChurnTally
{
    private long _followed;
    private long _returned;
    private long _left;
    private long _renamed;
    private long _remarked;
    private long _regrouped;
    private long _retagged;

    public readonly long NetFollowers => _followed + _returned - _left;

    public readonly ChurnCounts Counts => new(_followed, _returned, _left, _renamed, _remarked, _regrouped, _retagged);

    public void Add(in PersonState before, in PersonState after)
    {
        if (!before.Following && after.Following)
        {
            _followed += before.Follows == 0 ? 1 : 0;
            _returned += before.Follows == 0 ? 0 : 1;
        }
        _left += before.Following && !after.Following ? 1 : 0;
        if (!before.Following || !after.Following)
            return;
        _renamed += after.Names == before.Names ? 0 : 1;
        _remarked += after.Remarks == before.Remarks ? 0 : 1;
        _regrouped += after.Groups == before.Groups ? 0 : 1;
        _retagged += after.Tags == before.Tags ? 0 : 1;
    }
}
