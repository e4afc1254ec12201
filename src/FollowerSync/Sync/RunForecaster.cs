using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sync;

/// <summary>Tells what a sync would do, from one page of the list, the quota and the database. Stores nothing but a token it may have to fetch.</summary>
internal sealed class RunForecaster(FollowerDatabase database, SyncRunStore runs, WeChatClients clients, IOptions<SyncOptions> options, TimeProvider time)
{
    /// <summary>Openids WeChat lists in one call.</summary>
    public const long OpenIdsAPage = 10_000;

    /// <summary>Runs of fewer calls say nothing about how long many take.</summary>
    private const long CallsToLearnFrom = 50;

    private static readonly TimeSpan LongestRun = TimeSpan.FromDays(2);

    /// <exception cref="WeChatApiException">WeChat could not be asked; the text says why.</exception>
    public async Task<RunForecast> ForecastAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        WeChatClient client = clients.For(account);
        await client.EnsureTokenAsync(cancellationToken);
        long before = time.GetTimestamp();
        OpenIdPage page = await client.ListOpenIdsAsync(cursor: "", cancellationToken);
        TimeSpan oneCall = time.GetElapsedTime(before);

        long following = await database.RunAsync(tx => UnfollowStore.CountFollowingAsync(tx, account.AppId), cancellationToken);
        long held = (await database.RunAsync(tx => CandidateStore.CountAnsweredAsync(tx, account.AppId), cancellationToken)).Held;
        long gone = Math.Max(held, following - page.Total);
        long unlisted = await database.RunAsync(tx => ListingStore.ReadLastingDifferenceAsync(tx, account.AppId), cancellationToken);
        long added = Math.Max(0, page.Total - unlisted - (following - gone));
        long known = await CountDueAsync(account, Math.Min(following - gone, page.Total), cancellationToken);
        long listCalls = ListCalls(page.Total);
        long profileCalls = Batches(added + gone + known);
        long? tagCalls = await TagListCalls.CountAsync(client, cancellationToken);
        DayQuota list = await clients.ReadQuotaAsync(account, client, WeChatApi.UserGet, options.Value.QuotaReservePercent, cancellationToken);
        DayQuota profiles = await clients.ReadQuotaAsync(account, client, WeChatApi.BatchGet, options.Value.QuotaReservePercent, cancellationToken);
        Func<long, long, TimeSpan> estimate = await LearnAsync(account, oneCall, cancellationToken);
        int days = Math.Max(DaysOf(listCalls, list), DaysOf(profileCalls, profiles));
        return new RunForecast
        {
            WechatTotal = page.Total,
            Following = following,
            ListCalls = listCalls,
            ProfileCalls = profileCalls,
            ExpectedAdded = added,
            ExpectedGone = gone,
            RotateDays = options.Value.ProfileRefresh == ProfileRefresh.Rotate ? options.Value.RotateDays : null,
            ListQuota = list,
            ProfileQuota = profiles,
            TagCalls = options.Value.ReadsTagLists ? tagCalls : null,
            Ways = Compare(listCalls, page.Total, tagCalls, estimate),
            Duration = estimate(listCalls, profileCalls + (options.Value.ReadsTagLists ? tagCalls ?? 0 : 0)),
            Days = days,
            Warnings = await WarnAsync(account, list, profiles, profileCalls, days, cancellationToken),
        };
    }

    /// <summary>Calls for the list and the profiles, reckoned from what is known: WeChat is not asked, and nobody is counted.</summary>
    /// <param name="appId">The account.</param>
    /// <param name="total">Followers WeChat last said it has.</param>
    /// <param name="known">Those of them who are stored.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<long> CountCallsAsync(string appId, long total, long known, CancellationToken cancellationToken)
    {
        double share = options.Value.ProfileRefresh == ProfileRefresh.Rotate
            ? await new RotationStore(database).ReadShareAsync(appId, options.Value.RotateDays, cancellationToken) ?? 1 : 1;
        return ListCalls(total) + Batches(Math.Max(0, total - known) + (long)Math.Ceiling(known * share));
    }

    private static long ListCalls(long people) => ((people + OpenIdsAPage - 1) / OpenIdsAPage) + 1;

    private async Task<long> CountDueAsync(AccountOptions account, long known, CancellationToken cancellationToken) =>
        options.Value.ProfileRefresh == ProfileRefresh.Rotate
        && await new RotationStore(database).ReadAsync(account.AppId, options.Value.RotateDays, cancellationToken) is { } slice
            ? Math.Min(known, slice.People)
            : known;

    private List<ForecastWay> Compare(long listCalls, long people, long? tagCalls, Func<long, long, TimeSpan> estimate)
    {
        long slice = Batches((people + options.Value.RotateDays - 1) / options.Value.RotateDays);
        List<ForecastWay> ways = [Way(ProfileRefresh.Full, tagLists: false, Batches(people)), Way(ProfileRefresh.Rotate, tagLists: false, slice)];
        if (tagCalls is { } tags)
            ways.Add(Way(ProfileRefresh.Rotate, tagLists: true, slice + tags));
        return ways;

        ForecastWay Way(ProfileRefresh refresh, bool tagLists, long calls) => new(
            refresh, tagLists, listCalls + calls, estimate(listCalls, calls), options.Value.ProfileRefresh == refresh && options.Value.ReadsTagLists == tagLists);
    }

    private long Batches(long people) => (people + options.Value.BatchSize - 1) / options.Value.BatchSize;

    /// <summary>How long so many calls of the list, and so many several at once, take.</summary>
    private async Task<Func<long, long, TimeSpan>> LearnAsync(AccountOptions account, TimeSpan oneCall, CancellationToken cancellationToken)
    {
        SyncRun? last = (await runs.LastRunsAsync(account.AppId, count: 20, cancellationToken))
            .FirstOrDefault(r => r is { Status: RunStatus.Succeeded, ApiCalls: >= CallsToLearnFrom, Took: { } took } && IsBelievable(took));
        return last is not null
            ? (list, several) => last.Took!.Value * ((list + several) / (double)last.ApiCalls)
            : (list, several) => (oneCall * list) + (oneCall * several / options.Value.BatchesInFlight);
    }

    // The clock may have been set in the middle of the run.
    private static bool IsBelievable(TimeSpan took) => took > TimeSpan.Zero && took < LongestRun;

    /// <summary>Days the calls take: what is left of today, and from tomorrow on the limit less the reserve.</summary>
    private static int DaysOf(long calls, DayQuota quota)
    {
        if (calls <= quota.Left)
            return 1;

        long aDay = (long)(quota.Limit!.Value * (100 - quota.ReservePercent) / 100);
        return aDay == 0 ? int.MaxValue : 1 + (int)Math.Min(100_000, (calls - quota.Left + aDay - 1) / aDay);
    }

    private async Task<IReadOnlyList<Sentence>> WarnAsync(
        AccountOptions account, DayQuota list, DayQuota profiles, long profileCalls, int days, CancellationToken cancellationToken)
    {
        List<Sentence> warnings = [.. (await clients.ReadStopsAsync(account, cancellationToken)).Select(s =>
            (Sentence)$"{(s.Api == ApiStop.All ? "The account" : Sentence.Foreign(s.Api))} is left alone by the schedule until {s.Until:yyyy-MM-dd HH:mm} UTC: {s.Reason} {s.WhatEndsIt}")];
        if (await database.RunAsync(tx => SyncRunStore.FindHeldAsync(tx, account.AppId), cancellationToken) is { } heldRun)
            warnings.Add($"Run {heldRun} is held: new people are let in and profiles refreshed, but the run marks nobody as gone and ends held until followersync approve {heldRun}, with or without --reject.");
        foreach ((string api, DayQuota quota) in new[] { (WeChatApi.UserGet, list), (WeChatApi.BatchGet, profiles) })
        {
            if (quota.Left == 0)
                warnings.Add($"No call of {api} is left today: {quota.Describe()}.");
            if (quota.Limit is null)
                warnings.Add($"WeChat does not tell the daily limit of {api} and publishes no default; the run goes on until WeChat refuses, and then the next day.");
        }

        if (days == int.MaxValue)
            warnings.Add("The whole daily limit is kept for other systems, so a run can never end: lower Sync:QuotaReservePercent.");
        else if (days > 1)
            warnings.Add($"The day's calls are not enough: the round is spread over about {days} days, its runs are partial until then.");
        long perDay = profiles.Limit is { } limit ? (long)(limit * (100 - profiles.ReservePercent) / 100) : long.MaxValue;
        if (options.Value.ProfileRefresh == ProfileRefresh.Rotate && profileCalls > perDay)
            warnings.Add($"A day's slice takes {profileCalls:N0} calls and the quota allows {perDay:N0}: profiles will be older than Sync:RotateDays says. Raise it.");
        return warnings;
    }
}
