using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>Draws what goes wrong at WeChat during a run. Either the list lies or the profiles do: two witnesses that tell the same lie about the same
/// person cannot be told from the truth, and that they do not is what the worker builds on.</summary>
internal sealed class FaultMix(bool listLies)
{
    private const string UserGet = "/cgi-bin/user/get";
    private const string UserInfo = "/cgi-bin/user/info";
    private const string BatchGet = "/cgi-bin/user/info/batchget";

    private static readonly FaultRule[] Calls =
    [
        Code(-1), Code(61450), Code(40001), Code(40014), Code(42001), Code(40003), Code(46004), Code(45009), Code(48001), Code(123456),
        new() { Fault = FaultKind.Hang, Times = 1 },
        new() { Fault = FaultKind.Delay, Delay = TimeSpan.FromMilliseconds(150), Times = 5 },
        new() { Fault = FaultKind.Reset },
        new() { Fault = FaultKind.CutBody },
        new() { Fault = FaultKind.CutBody, FullLength = true },
        new() { Fault = FaultKind.Html },
        new() { Fault = FaultKind.Html, Status = 502 },
        new() { Fault = FaultKind.Status },
        new() { Fault = FaultKind.FastReject },
        new() { Fault = FaultKind.EmptyBody },
        new() { Fault = FaultKind.Gzip },
        new() { Fault = FaultKind.LyingEncoding, Encoding = "gzip" },
        new() { Fault = FaultKind.LyingEncoding, Encoding = "br" },
        new() { Fault = FaultKind.LyingEncoding, Encoding = "deflate" },
        new() { Fault = FaultKind.LyingEncoding, Encoding = "zstd" },
        new() { Fault = FaultKind.ContentType },
        new() { Fault = FaultKind.RotateToken },
        new() { Fault = FaultKind.ExpireToken },
        new() { Fault = FaultKind.InvalidateToken },
    ];

    private static readonly FaultRule[] Pages =
    [
        new() { Fault = FaultKind.RepeatCursor, Path = UserGet },
        new() { Fault = FaultKind.LostCursor, Path = UserGet },
        new() { Fault = FaultKind.DeadCursor, Path = UserGet },
        new() { Fault = FaultKind.DuplicateOpenIds, Path = UserGet },
        new() { Fault = FaultKind.EmptyFirstOpenId, Path = UserGet },
        new() { Fault = FaultKind.PeopleLeave, Path = UserGet, Count = 2 },
        new() { Fault = FaultKind.PeopleCome, Path = UserGet, Count = 2 },
    ];

    private static readonly FaultRule[] LyingPages =
    [
        new() { Fault = FaultKind.EndEarly, Path = UserGet },
        new() { Fault = FaultKind.EmptyPage, Path = UserGet },
        new() { Fault = FaultKind.WrongTotal, Path = UserGet, Count = 300 },
        new() { Fault = FaultKind.WrongTotal, Path = UserGet, Count = -300 },
    ];

    // Shifted once a run: parts that all shift again, among people nobody knows yet, show nothing of it.
    private static readonly FaultRule[] Entries =
    [
        new() { Fault = FaultKind.ShiftUnionIds, Path = BatchGet, Percent = 40, Times = 1 },
        new() { Fault = FaultKind.MissingEntries, Percent = 10 },
        new() { Fault = FaultKind.DuplicateEntries, Percent = 10 },
        new() { Fault = FaultKind.ExtraEntries, Path = BatchGet, Count = 2 },
        new() { Fault = FaultKind.EmptyEntries, Percent = 10 },
        new() { Fault = FaultKind.HostileText, Percent = 10 },
        new() { Fault = FaultKind.NumbersAsStrings },
        new() { Fault = FaultKind.MissingKeys, Percent = 20 },
        new() { Fault = FaultKind.MissingKeys, Percent = 20, Keys = ["unionid", "remark", "tagid_list", "subscribe_time", "groupid"] },
        new() { Fault = FaultKind.MissingKeys, Percent = 3, Path = BatchGet, Keys = ["subscribe"] },
        new() { Fault = FaultKind.UnknownFields },
    ];

    private static readonly FaultRule[] LyingEntries = [new() { Fault = FaultKind.FalseUnsubscribe, Path = BatchGet, Percent = 5 }];

    /// <summary>Shifts a whole batch; seen only where most of the people are known.</summary>
    public static FaultRule Rotation { get; } = new() { Fault = FaultKind.ShiftUnionIds, Path = BatchGet, Call = 3 };

    public IReadOnlyList<FaultRule> Draw(Random dice)
    {
        FaultRule[] lies = listLies ? LyingPages : LyingEntries;
        FaultRule[] choice = [.. Calls, .. Pages, .. Pages, .. Entries, .. lies, .. lies, .. lies];
        return [.. Enumerable.Range(0, dice.Next(0, 5)).Select(_ => Draw(dice, choice[dice.Next(choice.Length)]))];
    }

    // A page is asked for a few times in a run, a batch dozens of times.
    private static FaultRule Draw(Random dice, FaultRule rule)
    {
        string? path = rule.Path ?? dice.Next(4) switch { 0 => UserGet, 1 => UserInfo, 2 => BatchGet, _ => null };
        double probability = path == UserGet ? 0.1 + (dice.NextDouble() * 0.3) : 0.01 + (dice.NextDouble() * 0.2);
        return dice.Next(3) == 0 && rule.Call is null
            ? rule with { Path = path, Call = 1 + dice.Next(path == UserGet ? 6 : 40) }
            : rule with { Path = path, Probability = probability };
    }

    private static FaultRule Code(int code) => new() { Fault = FaultKind.ErrCode, ErrCode = code, Times = code is -1 or 61450 ? null : 3 };
}
