using System.Globalization;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What was survived.</summary>
internal sealed class ChaosTally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Count(string what, long times = 1) => _counts[what] = _counts.GetValueOrDefault(what) + times;

    public void CountFaults(FaultScript faults)
    {
        foreach (FaultKind kind in faults.Rules.Select(rule => rule.Fault).Distinct())
            Count($"fault {kind}", faults.Struck(kind));
    }

    public void Add(ChaosTally other)
    {
        foreach ((string what, long times) in other._counts)
            Count(what, times);
    }

    public override string ToString() => string.Join(
        Environment.NewLine,
        _counts.Where(c => c.Value > 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value,8}  {c.Key}"))
            .Append(string.Create(CultureInfo.InvariantCulture, $"{_counts.Where(c => c.Key.StartsWith("fault ", StringComparison.Ordinal)).Sum(c => c.Value),8}  faults in all")));
}
