using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Accounts;

/// <summary>What WeChat's own statistics tell of an account: who came and went on every Beijing day since the emulator started. Of the days before it
/// tells a steady number and plausible moves.</summary>
internal sealed class DayBook
{
    private readonly Lock _gate = new();
    private readonly SortedList<DateOnly, DayMoves> _days = [];
    private readonly TimeProvider _time;
    private readonly ulong _seed;

    public DayBook(long followers, ulong seed, TimeProvider time)
    {
        _time = time;
        _seed = seed;
        _days.Add(Today, new DayMoves(0, 0, followers));
    }

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The day it is in Beijing.</summary>
    public DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).DateTime);

    /// <summary>So many came and left now.</summary>
    public void Add(long came, long left)
    {
        lock (_gate)
        {
            DayMoves day = Of(Today);
            _days[Today] = new DayMoves(day.New + came, day.Left + left, day.Followers + came - left);
        }
    }

    public DayMoves Of(DateOnly day)
    {
        lock (_gate)
        {
            if (day < _days.Keys[0])
                return Before(day);
            if (_days.TryGetValue(day, out DayMoves moves))
                return moves;
            return new DayMoves(0, 0, _days.Last(known => known.Key < day).Value.Followers);
        }
    }

    private DayMoves Before(DateOnly day)
    {
        long followers = _days.Values[0].Followers - _days.Values[0].New + _days.Values[0].Left;
        int most = (int)Math.Min(int.MaxValue, (followers / 200) + 1);
        long moves = SeededHash.Of(_seed, day.DayNumber, 0x60).Below(most);
        return new DayMoves(moves, moves, followers);
    }
}

/// <param name="New">People who followed on the day.</param>
/// <param name="Left">People who left on it.</param>
/// <param name="Followers">Followers at its end.</param>
internal readonly record struct DayMoves(long New, long Left, long Followers);
