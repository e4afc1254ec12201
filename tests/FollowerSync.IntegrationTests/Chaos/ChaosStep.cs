using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>Everything that is drawn for one run, from the seed and the number of the run alone.</summary>
internal sealed record ChaosStep(int Number, Disturbance Disturbance, int AtRequest, int ResumeAtRequest, bool ChurnBefore, IReadOnlyList<FaultRule> Faults, int ChurnSeed)
{
    private static readonly Disturbance[] Likely =
    [
        Disturbance.None, Disturbance.None, Disturbance.None,
        Disturbance.KillWorker, Disturbance.KillWorker, Disturbance.KillWorker, Disturbance.KillWorker,
        Disturbance.Churn, Disturbance.Churn, Disturbance.Churn,
        Disturbance.StopWorker,
        Disturbance.PauseWorkerAndLetAnotherTakeOver,
        Disturbance.KillPostgres, Disturbance.KillPostgres,
        Disturbance.KillPostgresAndLeaveItDown,
        Disturbance.KillSession, Disturbance.EndSessions,
        Disturbance.FreezePostgres, Disturbance.StopWhilePostgresStandsStill,
        Disturbance.CrashBeforeTheRun,
        Disturbance.StepClock, Disturbance.StepClock,
        Disturbance.StallReader,
        Disturbance.RotateSecret,
    ];

    public static ChaosStep Draw(int seed, int number, FaultMix faults, bool isBig)
    {
        Random dice = new(Mix(seed, number));
        Disturbance disturbance = isBig && number % 2 == 0 ? Disturbance.CrashBeforeTheRun : Likely[dice.Next(Likely.Length)];
        return new ChaosStep(number, disturbance, dice.Next(1, 90), dice.Next(1, 60), dice.Next(4) > 0, faults.Draw(dice), dice.Next());
    }

    public override string ToString() =>
        $"run {Number} ({Disturbance} at request {AtRequest}; churn before: {ChurnBefore}; faults: {string.Join(", ", Faults.Select(Describe))})";

    /// <summary>People follow, leave, return, change; now and then somebody appears whom no call answers for.</summary>
    public void Churn(EmulatedAccount account)
    {
        Random dice = new(ChurnSeed);
        account.Churn(0.3 + dice.NextDouble());
        string[] some = [.. account.Everyone().Where(_ => dice.Next(300) == 0).Select(person => person.OpenId)];
        foreach (string openId in some)
        {
            if (account.Find(openId) is not { } person)
                continue;
            if (!person.Subscribe)
                account.Follow(openId);
            else if (dice.Next(2) == 0)
                account.Unfollow(openId);
            else
                account.SetProfile(openId, p => p with { Nickname = $"{p.Nickname}·{dice.Next(100)}", Remark = dice.Next(2) == 0 ? "" : $"r{dice.Next()}" });
        }

        if (dice.Next(15) == 0)
            LeaveTogether(account, dice);
        if (dice.Next(8) == 0)
            account.AddRefusedOpenId();
        if (dice.Next(8) == 0)
            account.AddRefusedOpenId($"not-an-openid-{dice.Next(1_000_000)}");
    }

    /// <summary>So many at once that the brake must hold the run.</summary>
    private static void LeaveTogether(EmulatedAccount account, Random dice)
    {
        string[] many = [.. account.Followers().Where(_ => dice.Next(12) == 0).Select(person => person.OpenId)];
        foreach (string openId in many)
            account.Unfollow(openId);
    }

    // Neighbouring seeds of Random begin with much the same numbers.
    private static int Mix(int seed, int number)
    {
        ulong mixed = ((ulong)(uint)seed << 32 | (uint)number) * 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        return (int)(mixed >> 33);
    }

    private static string Describe(FaultRule rule) =>
        $"{rule.Fault}{(rule.ErrCode is { } code ? $" {code}" : "")} {rule.Path} {(rule.Call is { } call ? $"call {call}" : $"p {rule.Probability:0.00}")}";
}
