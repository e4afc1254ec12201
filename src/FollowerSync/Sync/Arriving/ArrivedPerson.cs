using FollowerSync.Arrivals;
using FollowerSync.Followers;
using FollowerSync.Privacy;
using FollowerSync.Sync.Asking;

namespace FollowerSync.Sync.Arriving;

/// <summary>Somebody to ask about, and all the arrivals that are answered by it.</summary>
/// <param name="openId">The person.</param>
/// <param name="arrivals">In the order of receiving.</param>
internal sealed class ArrivedPerson(string openId, IReadOnlyList<WaitingArrival> arrivals)
{
    public string OpenId => openId;

    public Ask Ask => new(openId, arrivals[0].IsStored ? AskReason.Arrived : AskReason.Stranger);

    /// <summary>Whether the person came by web authorisation.</summary>
    public bool IsVisitor => Waiting.Any(a => a.Kind == ArrivalKinds.Visit);

    /// <summary>Whether WeChat itself named the person.</summary>
    public bool IsTrusted => Waiting.Any(a => a.Trusted);

    /// <summary>How often asking failed.</summary>
    public int Attempts => Waiting.Max(a => a.Attempts);

    /// <summary>What is closed or postponed, whatever becomes of it.</summary>
    public IEnumerable<(string OpenId, long ArrivalId)> Rows => Waiting.Select(a => (openId, a.ArrivalId));

    /// <summary>Whether the person deleted the WeChat account, by WeChat's signed word.</summary>
    public bool IsCancelled => Waiting.Any(a => a is { Trusted: true, Kind: ArrivalKinds.Cancelled });

    /// <summary>What WeChat's signed word says is to be erased of the person: what was revoked, all if it does not say what; of a cleaned profile, the face.</summary>
    public IReadOnlyList<PersonalFields> Erasures =>
    [
        .. Waiting.Where(a => a is { Trusted: true, Kind: ArrivalKinds.InfoModified or ArrivalKinds.Revoked })
            .Select(a => a.Kind == ArrivalKinds.Revoked ? PersonalFieldErasure.OfRevocation(a.EventKey ?? "") : PersonalFields.Face),
    ];

    /// <summary>Whether there is anything to ask: what a person took back is erased, and no reason to fetch it again.</summary>
    public bool IsToAsk => Waiting.Any(a => a is not { Trusted: true, Kind: ArrivalKinds.Revoked });

    /// <summary>What WeChat's signed messages tell of following, leaving and scanning.</summary>
    public IEnumerable<FollowEvent> Events =>
        from a in arrivals
        where a.Trusted && KindOf(a.Kind) is not null
        select new FollowEvent(openId, KindOf(a.Kind)!.Value, a.HappenedAt, a.EventKey, a.Fingerprint);

    private IEnumerable<WaitingArrival> Waiting => arrivals.Where(a => a.IsWaiting);

    /// <summary>The people of what was read, who have anything waiting.</summary>
    public static IEnumerable<ArrivedPerson> Of(IEnumerable<WaitingArrival> arrivals) =>
        from arrival in arrivals
        group arrival by arrival.OpenId into person
        where person.Any(a => a.IsWaiting)
        select new ArrivedPerson(person.Key, [.. person]);

    private static FollowEventKind? KindOf(string kind) => kind switch
    {
        ArrivalKinds.Subscribe => FollowEventKind.Subscribe,
        ArrivalKinds.Unsubscribe => FollowEventKind.Unsubscribe,
        ArrivalKinds.Scan => FollowEventKind.Scan,
        _ => null,
    };
}
