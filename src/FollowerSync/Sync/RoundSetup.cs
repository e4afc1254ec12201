using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.Sync.Merging;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sync;

/// <summary>Builds the round of a run: opens its list and puts together those who work on it.</summary>
internal sealed class RoundSetup(
    FollowerDatabase database, WeChatClients clients, Pseudonyms pseudonyms, IOptions<SyncOptions> options, TimeProvider time, ILogger<ListReader> listLog)
{
    /// <summary>The round to work on, an unfinished one if there is one.</summary>
    /// <param name="account">The account.</param>
    /// <param name="lease">The run's lease.</param>
    /// <param name="tally">The run's counts.</param>
    /// <param name="cancellationToken">Ends the round, also after this method has returned.</param>
    public async Task<Round> OpenAsync(AccountOptions account, RunLease lease, RunTally tally, CancellationToken cancellationToken)
    {
        SyncOptions settings = options.Value;
        WeChatClient client = await OpenClientAsync(account, tally, cancellationToken);
        var listings = new ListingStore(database, lease);
        Listing listing = await listings.OpenAsync(settings.ListingMaxAge, cancellationToken);
        RotationSlice? slice = settings.ProfileRefresh == ProfileRefresh.Rotate
            ? await new RotationStore(database).ReadAsync(account.AppId, settings.RotateDays, cancellationToken) : null;
        bool isHolding = await database.RunAsync(tx => IdentityConflictStore.CountHeldAsync(tx, account.AppId), cancellationToken) > 0;
        var identities = new IdentityGuard(client, database, account.AppId, isHolding);
        var writer = new RoundWriter(
            lease, listing, tally, identities, new ReturnRecognition(database, lease, pseudonyms), new MergeRules(settings.MergeSize, settings.KeepKnownValues))
        {
            ConfirmedThrough = slice?.After ?? listing.AskedThrough,
        };
        return new Round(
            listings,
            new ListReader(listings, listing, new OpenIdPaginator(client.ListOpenIdsAsync), tally, listLog),
            new RoundPlan(database, lease, slice),
            new AskPipeline(new ProfileAsker(client, settings.KeepKnownValues), writer, tally, settings, time, cancellationToken),
            new UnfollowMarker(lease, tally, settings.UnfollowBrakePercent),
            tally);
    }

    // The schedule leaves a stopped API alone; a person may have mended the cause, and one try finds out.
    private async Task<WeChatClient> OpenClientAsync(AccountOptions account, RunTally tally, CancellationToken cancellationToken) =>
        clients.For(
            account,
            tally.Calls,
            new CallPace(options.Value.BatchesInFlight, time),
            tally.Run.Trigger == SyncTrigger.Manual ? [] : await clients.ReadStopsAsync(account, cancellationToken),
            clients.BudgetOf(account, options.Value.QuotaReservePercent));
}
