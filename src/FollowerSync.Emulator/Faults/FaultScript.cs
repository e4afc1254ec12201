using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Faults;

/// <summary>The faults of a running emulator: the plan it was started with, what a test adds, and chaos where it was asked for.</summary>
public sealed class FaultScript
{
    private readonly Lock _gate = new();
    private readonly ulong _seed;
    private readonly Chaos? _chaos;
    private volatile ActiveRule[] _rules = [];

    internal FaultScript(EmulatorOptions options)
    {
        _seed = (uint)options.Seed;
        _chaos = options.ChaosSeed is { } seed ? new Chaos((uint)seed, options.ChaosPercent) : null;
        for (int i = 0; i < options.Faults.Rules.Count; i++)
            Add(options.Faults.Rules[i]);
    }

    /// <summary>The rules at work.</summary>
    public IReadOnlyList<FaultRule> Rules => [.. _rules.Select(active => active.Rule)];

    /// <summary>Adds a rule; it counts calls from now on.</summary>
    /// <exception cref="FaultPlanException">The rule has a value outside its range, or lacks one that its fault needs.</exception>
    public void Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        FaultRuleCheck.Check(rule, "rule");
        lock (_gate)
            _rules = [.. _rules, new ActiveRule(rule, SeededHash.Mix(_seed + (ulong)_rules.Length))];
    }

    /// <summary>Removes all rules. Chaos goes on.</summary>
    public void Clear() => _rules = [];

    /// <summary>How many calls suffered a fault of this kind from the rules at work.</summary>
    public int Struck(FaultKind fault) => _rules.Where(active => active.Rule.Fault == fault).Sum(active => active.Struck);

    internal IReadOnlyList<FaultRule> Choose(ApiCall call)
    {
        ActiveRule[] rules = _rules;
        if (rules.Length == 0 && _chaos is null)
            return [];
        List<FaultRule> chosen = [.. rules.Where(active => active.Strikes(call)).Select(active => active.Rule)];
        if (_chaos?.Choose(call) is { } chaotic)
            chosen.Add(chaotic);
        return chosen;
    }
}
