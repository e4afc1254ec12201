namespace FollowerSync.Emulator.Faults;

/// <summary>Refuses a rule that could never mean anything.</summary>
internal static class FaultRuleCheck
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(24);

    public static void Check(FaultRule rule, string place)
    {
        AtLeastOne(rule.Page, $"{place}.page");
        AtLeastOne(rule.Call, $"{place}.call");
        AtLeastOne(rule.Every, $"{place}.every");
        AtLeastOne(rule.From, $"{place}.from");
        AtLeastOne(rule.To, $"{place}.to");
        AtLeastOne(rule.Times, $"{place}.times");
        Require(rule.Path is null || rule.Path.StartsWith('/'), $"{place}.path", "must begin with /", rule.Path);
        Require(rule.From is null || rule.To is null || rule.From <= rule.To, $"{place}.to", $"must not be less than from ({rule.From})", rule.To);
        Require(rule.Probability is null or (>= 0 and <= 1), $"{place}.probability", "must be 0 to 1", rule.Probability);
        Require(rule.Percent is null or (>= 0 and <= 100), $"{place}.percent", "must be 0 to 100", rule.Percent);
        Require(rule.Status is null or (>= 200 and <= 599), $"{place}.status", "must be 200 to 599", rule.Status);
        bool delayFits = rule.Delay is null || (rule.Delay > TimeSpan.Zero && rule.Delay <= LongestDelay);
        Require(delayFits, $"{place}.delay", "must be more than 0 and at most 24 hours", rule.Delay);
        Require(rule.Fault == FaultKind.WrongTotal || rule.Count is null or >= 1, $"{place}.count", "must be at least 1", rule.Count);
        Needs(rule, FaultKind.ErrCode, rule.ErrCode, $"{place}.errCode");
        Needs(rule, FaultKind.Delay, rule.Delay, $"{place}.delay");
        Needs(rule, FaultKind.WrongTotal, rule.Count, $"{place}.count");
    }

    private static void AtLeastOne(int? number, string place) => Require(number is null or >= 1, place, "must be at least 1", number);

    private static void Needs(FaultRule rule, FaultKind kind, object? value, string place)
    {
        if (rule.Fault == kind && value is null)
            throw new FaultPlanException($"{place}: is missing; the fault {kind} needs it");
    }

    private static void Require(bool holds, string place, string rule, object? value)
    {
        if (!holds)
            throw new FaultPlanException($"{place}: {rule}, but is {value}");
    }
}
