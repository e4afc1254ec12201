using System.Collections.Concurrent;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Faults;

/// <summary>Strikes a share of the calls with a fault drawn from the seed, the account, the path and the number of the call.</summary>
internal sealed class Chaos(ulong seed, double percent)
{
    private static readonly FaultRule[] Anywhere =
    [
        new() { Fault = FaultKind.ErrCode, ErrCode = -1 },
        new() { Fault = FaultKind.ErrCode, ErrCode = 45011 },
        new() { Fault = FaultKind.Delay, Delay = TimeSpan.FromMilliseconds(300) },
        new() { Fault = FaultKind.Reset },
        new() { Fault = FaultKind.CutBody },
        new() { Fault = FaultKind.CutBody, FullLength = true },
        new() { Fault = FaultKind.Html },
        new() { Fault = FaultKind.Html, Status = 502 },
        new() { Fault = FaultKind.Status },
        new() { Fault = FaultKind.FastReject },
        new() { Fault = FaultKind.EmptyBody },
        new() { Fault = FaultKind.Gzip },
        new() { Fault = FaultKind.LyingEncoding },
        new() { Fault = FaultKind.ContentType },
    ];

    private static readonly FaultRule[] WithToken =
    [
        .. Anywhere,
        new() { Fault = FaultKind.ErrCode, ErrCode = 40001 },
        new() { Fault = FaultKind.ExpireToken },
        new() { Fault = FaultKind.InvalidateToken },
        new() { Fault = FaultKind.RotateToken },
    ];

    private static readonly FaultRule[] Lists =
    [
        .. WithToken,
        new() { Fault = FaultKind.RepeatCursor },
        new() { Fault = FaultKind.LostCursor },
        new() { Fault = FaultKind.DeadCursor },
        new() { Fault = FaultKind.EndEarly },
        new() { Fault = FaultKind.EmptyPage },
        new() { Fault = FaultKind.WrongTotal, Count = 1000 },
        new() { Fault = FaultKind.WrongTotal, Count = -1000 },
        new() { Fault = FaultKind.DuplicateOpenIds },
        new() { Fault = FaultKind.EmptyFirstOpenId },
        new() { Fault = FaultKind.PeopleLeave, Count = 3 },
        new() { Fault = FaultKind.PeopleCome, Count = 3 },
    ];

    private static readonly FaultRule[] Profiles =
    [
        .. WithToken,
        new() { Fault = FaultKind.ShiftUnionIds },
        new() { Fault = FaultKind.FalseUnsubscribe, Percent = 5 },
        new() { Fault = FaultKind.MissingEntries, Percent = 10 },
        new() { Fault = FaultKind.DuplicateEntries, Percent = 10 },
        new() { Fault = FaultKind.ExtraEntries, Count = 2 },
        new() { Fault = FaultKind.EmptyEntries, Percent = 10 },
        new() { Fault = FaultKind.HostileText, Percent = 10 },
        new() { Fault = FaultKind.NumbersAsStrings },
        new() { Fault = FaultKind.MissingKeys },
        new() { Fault = FaultKind.UnknownFields },
    ];

    private readonly ConcurrentDictionary<(string AppId, string Path), int> _calls = new();

    public FaultRule? Choose(ApiCall call)
    {
        if (!call.IsKnownPath)
            return null;
        string appId = call.Owner?.AppId ?? "";
        int number = _calls.AddOrUpdate((appId, call.Path), 1, static (_, calls) => calls + 1);
        ulong hash = SeededHash.Of(SeededHash.Of(seed, appId + call.Path), number, 0x90);
        FaultRule[] faults = FaultsOf(call.Path);
        return hash.Below(100_000) < percent * 1000 ? faults[SeededHash.Mix(hash).Below(faults.Length)] : null;
    }

    private static FaultRule[] FaultsOf(string path) => path switch
    {
        Paths.UserGet => Lists,
        Paths.UserInfo or Paths.BatchGet => Profiles,
        Paths.Token or Paths.StableToken => Anywhere,
        _ => WithToken,
    };
}
