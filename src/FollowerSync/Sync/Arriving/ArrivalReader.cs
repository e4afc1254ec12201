using System.Runtime.CompilerServices;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.Sync.Arriving;

/// <summary>Reads from the inbox whom to ask about, a page at a time, each person once; what needs no question is closed on the way.</summary>
/// <param name="database">Is read.</param>
/// <param name="lease">The run's.</param>
/// <param name="inFlight">Takes the people, until their answers are stored.</param>
/// <param name="privacy">Does what people took back.</param>
/// <param name="batchSize">Most people in a batch.</param>
internal sealed class ArrivalReader(FollowerDatabase database, RunLease lease, ArrivalsInFlight inFlight, PrivacyEvents privacy, int batchSize)
{
    private ArrivalPlace _place = ArrivalPlace.Start;

    /// <summary>Events that named nobody, or no possible openid, so far.</summary>
    public long Nameless { get; private set; }

    /// <summary>Whether people whom WeChat could not answer about before are left to a run of arrivals.</summary>
    public bool LeavesFailed { get; init; }

    /// <summary>The pages of one walk through the inbox.</summary>
    public async IAsyncEnumerable<ArrivalPage> ReadAsync(int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArrivalPage? page;
        do
        {
            page = await ReadPageAsync(most, cancellationToken);
            if (page is not null)
                yield return page;
        }
        while (page?.IsFull == true);
    }

    /// <summary>The next page of the walk; null when nothing is due. The walk begins anew behind a page that is not full.</summary>
    /// <param name="most">Most arrivals of the page.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<ArrivalPage?> ReadPageAsync(int most, CancellationToken cancellationToken)
    {
        List<ArrivalPlace> places = await database.RunAsync(tx => ArrivalInbox.ReadPageAsync(tx, lease.AppId, _place, most), cancellationToken);
        _place = places.Count < most ? ArrivalPlace.Start : places[^1];
        if (places.Count == 0)
            return null;

        ArrivalPlace[] possible = [.. places.Where(p => Identifier.Of(p.OpenId, Identifier.LongestOpenId) == p.OpenId)];
        await CloseImpossibleAsync([.. places.Except(possible)], cancellationToken);
        string[] openIds = [.. possible.Select(p => p.OpenId).Distinct(StringComparer.Ordinal).Where(openId => !inFlight.Contains(openId))];
        (List<WaitingArrival> waiting, List<string> refused) = await database.RunAsync(
            async tx => (await ArrivalInbox.TakeAsync(tx, lease.AppId, openIds), await RejectedOpenIdStore.FindRefusedAsync(tx, lease.AppId, openIds)), cancellationToken);
        List<ArrivedPerson> people = [.. ArrivedPerson.Of(waiting)];
        await CloseRefusedAsync([.. people.Where(p => !p.IsTrusted && refused.Contains(p.OpenId, StringComparer.Ordinal))], cancellationToken);
        people.RemoveAll(p => !p.IsTrusted && refused.Contains(p.OpenId, StringComparer.Ordinal));

        await privacy.ApplyAsync([.. people.Where(p => p.IsCancelled || p.Erasures.Count > 0)], cancellationToken);
        people.RemoveAll(p => p.IsCancelled || !p.IsToAsk || (LeavesFailed && p.Attempts > 0));
        foreach (ArrivedPerson person in people)
            inFlight.Add(person);
        return new ArrivalPage(places.Count >= most, [.. people.GroupBy(BatchOf).OrderByDescending(g => g.Key).SelectMany(g => g.Select(p => p.Ask).Chunk(g.Key))]);
    }

    /// <summary>Whoever was in a batch that failed is asked about in smaller ones, in the end alone: nobody is in others' way.</summary>
    private int BatchOf(ArrivedPerson person) => Math.Max(1, batchSize >> Math.Min(30, 2 * person.Attempts));

    private async Task CloseImpossibleAsync(ArrivalPlace[] places, CancellationToken cancellationToken)
    {
        if (places.Length == 0)
            return;

        Nameless += places.Length;
        ImpossibleOpenId[] impossible = [.. places.Select(p => p.OpenId).Where(openId => openId.Length > 0).Distinct(StringComparer.Ordinal).Select(ImpossibleOpenId.Of)];
        await lease.RunAsync(
            async tx =>
            {
                await ArrivalInbox.DoneAsync(tx, lease.AppId, [.. places.Where(p => p.OpenId.Length == 0).Select(Row)]);
                await ArrivalInbox.RefuseAsync(tx, lease.AppId, [.. places.Where(p => p.OpenId.Length > 0).Select(Row)]);
                await RejectedOpenIdStore.RecordImpossibleAsync(tx, lease.AppId, [.. impossible.Select(i => i.Key)], [.. impossible.Select(i => i.Why)]);
            },
            cancellationToken);
    }

    private Task CloseRefusedAsync(ArrivedPerson[] people, CancellationToken cancellationToken) => people.Length == 0 ? Task.CompletedTask
        : lease.RunAsync(tx => ArrivalInbox.RefuseAsync(tx, lease.AppId, [.. people.SelectMany(p => p.Rows)]), cancellationToken);

    private static (string OpenId, long ArrivalId) Row(ArrivalPlace place) => (place.OpenId, place.ArrivalId);
}
