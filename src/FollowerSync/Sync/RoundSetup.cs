using System.Collections.Concurrent;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Arriving;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.Sync.Merging;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sync;

/// <summary>Builds the round of a run: opens its list, or the inbox, and puts together those who work on it.</summary>
internal sealed class RoundSetup(
    FollowerDatabase database, WeChatClients clients, Pseudonyms pseudonyms, PersonErasure erasure, PrivacyDelay delay, IOptions<SyncOptions> options, TimeProvider time,
    ILogger<ListReader> listLog, ILogger<PrivacyEvents> privacyLog)
{
    /// <summary>What others used of the quota since is not known.</summary>
    private static readonly TimeSpan BudgetAge = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, (CallBudget Budget, long Since)> _eventBudgets = new(StringComparer.Ordinal);

    /// <summary>The round to work on, an unfinished one if there is one.</summary>
    /// <param name="account">The account.</param>
    /// <param name="lease">The run's lease.</param>
    /// <param name="tally">The run's counts.</param>
    /// <param name="cancellationToken">Ends the round, also after this method has returned.</param>
    public async Task<Round> OpenAsync(AccountOptions account, RunLease lease, RunTally tally, CancellationToken cancellationToken)
    {
        SyncOptions settings = options.Value;
        IReadOnlyList<ApiStop> stops = await ReadStopsAsync(account, tally, cancellationToken);
        WeChatClient client = ClientOf(account, lease, tally, stops, clients.BudgetOf(account, settings.QuotaReservePercent));
        var listings = new ListingStore(database, lease, time);
        RotationSlice? slice = settings.ProfileRefresh == ProfileRefresh.Rotate
            ? await new RotationStore(database).ReadAsync(account.AppId, settings.RotateDays, cancellationToken) : null;
        Listing listing = await listings.OpenAsync(settings.ListingMaxAge, slice?.People, cancellationToken);
        var inFlight = new ArrivalsInFlight();
        var returns = new ReturnRecognition(database, lease, pseudonyms);
        var identities = new IdentityGuard(client, database, account.AppId, await IsHoldingAsync(account, cancellationToken));
        IMergePart[] parts = [new InboxPart(account.AppId, inFlight, returns), new ListedPart(account.AppId, listing, returns, slice?.After ?? listing.AskedThrough)];
        var erased = new ErasedMeanwhile(time);
        var writer = new AnswerWriter(lease, tally, identities, returns, parts, Rules, erased, time)
        {
            Seen = listing.Search == NewPeopleSearch.Everybody ? new SeenUnionIds() : null,
        };
        return new Round(
            listings,
            new ListReader(listings, listing, new OpenIdPaginator(async (cursor, cancelled) => await client.ListOpenIdsAsync(cursor, cancelled) with { AnsweredAt = time.GetTimestamp() }), tally, listLog),
            new RoundPlan(database, lease, slice),
            new AskPipeline(new ProfileAsker(client, settings.KeepKnownValues), writer, tally, settings, time, cancellationToken) { SparesRound = true },
            new UnfollowMarker(lease, tally, delay, settings.UnfollowBrakePercent),
            tally)
        {
            Arrivals = DrainOf(lease, inFlight, erased, ofFullRun: true, rests: stops.Any(stop => stop.Api is ApiStop.All or WeChatApi.BatchGet)),
        };
    }

    /// <summary>The work of a run of arrivals. It decides about no unionid: that is the full run's, which knows when too many change.</summary>
    /// <param name="account">The account.</param>
    /// <param name="lease">The run's lease.</param>
    /// <param name="tally">The run's counts.</param>
    /// <param name="cancellationToken">Ends the round, also after this method has returned.</param>
    public async Task<EventRound> OpenForArrivalsAsync(AccountOptions account, RunLease lease, RunTally tally, CancellationToken cancellationToken)
    {
        WeChatClient client = ClientOf(account, lease, tally, await ReadStopsAsync(account, tally, cancellationToken), EventBudgetOf(account));
        var inFlight = new ArrivalsInFlight();
        var identities = new IdentityGuard(client, database, account.AppId, await IsHoldingAsync(account, cancellationToken)) { LeavesDoubt = true };
        var returns = new ReturnRecognition(database, lease, pseudonyms);
        var erased = new ErasedMeanwhile(time);
        var writer = new AnswerWriter(lease, tally, identities, returns, [new InboxPart(account.AppId, inFlight, returns)], Rules, erased, time);
        return new EventRound(DrainOf(lease, inFlight, erased, ofFullRun: false, rests: false), NewPipeline, lease, time);

        AskPipeline NewPipeline() => new(new ProfileAsker(client, options.Value.KeepKnownValues), writer, tally, options.Value, time, cancellationToken);
    }

    private MergeRules Rules => new(options.Value.MergeSize, options.Value.KeepKnownValues, database.LongestPause / 2);

    private ArrivalDrain DrainOf(RunLease lease, ArrivalsInFlight inFlight, ErasedMeanwhile erased, bool ofFullRun, bool rests)
    {
        var reader = new ArrivalReader(database, lease, inFlight, new PrivacyEvents(lease, erasure, erased, privacyLog), options.Value.BatchSize) { LeavesFailed = ofFullRun };
        return new ArrivalDrain(lease, inFlight, reader, new ArrivalDelays(lease, inFlight), time) { Rests = rests };
    }

    private async Task<bool> IsHoldingAsync(AccountOptions account, CancellationToken cancellationToken) =>
        await database.RunAsync(tx => IdentityConflictStore.CountHeldAsync(tx, account.AppId), cancellationToken) > 0;

    // The schedule leaves a stopped API alone; a person may have mended the cause, and one try finds out.
    private async Task<IReadOnlyList<ApiStop>> ReadStopsAsync(AccountOptions account, RunTally tally, CancellationToken cancellationToken) =>
        tally.Run.Trigger == SyncTrigger.Manual ? [] : await clients.ReadStopsAsync(account, cancellationToken);

    private WeChatClient ClientOf(AccountOptions account, RunLease lease, RunTally tally, IReadOnlyList<ApiStop> stops, CallBudget budget) =>
        clients.For(account, tally.Calls, new CallPace(options.Value.BatchesInFlight, time), stops, budget, lease.RequireHeldAsync);

    /// <summary>Runs of arrivals follow each other by the second; each that looked at the quota anew would cost a call.</summary>
    private CallBudget EventBudgetOf(AccountOptions account) => _eventBudgets.AddOrUpdate(
        account.AppId,
        _ => (clients.BudgetOf(account, options.Value.QuotaReservePercent), time.GetTimestamp()),
        (_, kept) => time.GetElapsedTime(kept.Since) < BudgetAge ? kept : (clients.BudgetOf(account, options.Value.QuotaReservePercent), time.GetTimestamp())).Budget;
}
