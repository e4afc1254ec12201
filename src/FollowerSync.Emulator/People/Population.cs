using System.Numerics;

namespace FollowerSync.Emulator.People;

/// <summary>
/// The people an account may ever meet, and who of them follows at a moment. The first ones follow from the start, the rest are
/// those who may come. Each person changes at the points of a Poisson process of the churn clock, computed from hashes, so that
/// the state of any person after any number of steps costs a few nanoseconds and no memory.
/// </summary>
internal sealed class Population
{
    private const int Newcomers = 1024;

    private readonly ulong _waits;
    private readonly ulong _kinds;
    private readonly ulong _stride;
    private readonly ulong _strideInverse;

    public Population(ulong seed, int followers)
    {
        Seed = seed;
        Followers = followers;
        Size = followers + Math.Max(followers / 2, Newcomers);
        _waits = SeededHash.Of(seed, 0, 0x11);
        _kinds = SeededHash.Of(seed, 0, 0x12);
        _stride = (ulong)(Size * 0.6180339887);
        while (BigInteger.GreatestCommonDivisor(_stride, Size) != 1)
            _stride++;
        _strideInverse = (ulong)BigInteger.ModPow(_stride, Totient(Size) - 1, Size);
    }

    public ulong Seed { get; }

    public int Followers { get; }

    public long Size { get; }

    /// <summary>The list is walked by a stride, so newcomers land in its middle and the order is not that of following.</summary>
    public long IndexAt(long position) => (long)((ulong)position * _stride % (ulong)Size);

    public long PositionOf(long index) => (long)((ulong)index * _strideInverse % (ulong)Size);

    public bool Follows(long index, ChurnEpoch epoch) =>
        SeededHash.Of(_waits, index, 0) >= epoch.FirstChangeBelow ? index < Followers : Replay(index, epoch.Clock).Following;

    public bool HasChanged(long index, ChurnEpoch epoch) => SeededHash.Of(_waits, index, 0) < epoch.FirstChangeBelow;

    public PersonState StateOf(long index, ChurnEpoch epoch) =>
        HasChanged(index, epoch) ? Replay(index, epoch.Clock) : new PersonState(index < Followers);

    private PersonState Replay(long index, double until)
    {
        PersonState state = new(index < Followers);
        double clock = Wait(index, 0);
        for (uint change = 0; change == 0 || clock <= until; clock += Wait(index, ++change))
            Apply(SeededHash.Of(_kinds, index, change).Below(100), Math.Min(clock, until), ref state);
        return state;
    }

    private double Wait(long index, uint change) => -Math.Log(1 - ((SeededHash.Of(_waits, index, change) >> 11) * (1.0 / (1UL << 53))));

    // A quarter of the changes of a follower is leaving; an outsider comes, or comes back, at every second one. With half as many
    // outsiders as followers the account keeps its size.
    private static void Apply(int kind, double clock, ref PersonState state)
    {
        if (!state.Following && kind < 50)
            state = state with { Following = true, Follows = state.Follows + 1, FollowedAt = clock };
        else if (state.Following && kind < 25)
            state.Following = false;
        else if (state.Following && kind < 50)
            state.Names++;
        else if (state.Following && kind < 65)
            state.Remarks++;
        else if (state.Following && kind < 80)
            state.Groups++;
        else if (state.Following)
            state.Tags++;
    }

    private static long Totient(long number)
    {
        long totient = number;
        for (long factor = 2; factor * factor <= number; factor++)
        {
            if (number % factor != 0)
                continue;
            while (number % factor == 0)
                number /= factor;
            totient -= totient / factor;
        }
        return number > 1 ? totient - (totient / number) : totient;
    }
}
