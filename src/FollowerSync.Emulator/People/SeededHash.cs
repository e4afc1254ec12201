using System.Text;

namespace FollowerSync.Emulator.People;

/// <summary>A cheap 64-bit hash: everything random here is a pure function of seed, index and purpose.</summary>
internal static class SeededHash
{
    public static ulong Of(ulong seed, long index, ulong purpose) =>
        Mix(Mix(seed + (purpose * 0xD1B54A32D192ED03)) ^ ((ulong)index * 0x9E3779B97F4A7C15));

    public static ulong Of(ulong seed, string text)
    {
        ulong hash = seed;
        foreach (Rune rune in text.EnumerateRunes())
            hash = Mix(hash + (uint)rune.Value + 1);
        return hash;
    }

    public static ulong Mix(ulong x)
    {
        x ^= x >> 30;
        x *= 0xBF58476D1CE4E5B9;
        x ^= x >> 27;
        x *= 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>A number in [0, bound), by the high bits.</summary>
    public static int Below(this ulong hash, int bound) => (int)(((hash >> 32) * (ulong)bound) >> 32);
}
