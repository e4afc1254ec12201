using System.Collections.Concurrent;
using FollowerSync.Languages;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Quota;

/// <summary>How many more calls a run may make today, per API, so that the customer's other systems keep their share. A run that makes few calls
/// never asks for its quota: asking is a call too. At midnight in Beijing a new day begins, also in the middle of a run.</summary>
/// <param name="reservePercent">Share of every daily limit that is left to other systems, 0 to 100.</param>
/// <param name="readUsedToday">Calls of an API that this program has made today, by the ledger.</param>
/// <param name="keep">Is told what WeChat said of an API.</param>
/// <param name="time">Tells which day it is.</param>
internal sealed class CallBudget(
    double reservePercent, Func<string, CancellationToken, Task<long>> readUsedToday, Func<string, DayQuota, CancellationToken, Task> keep, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<(string Api, DateOnly Day), Share> _shares = new();
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly SemaphoreSlim _reserving = new(1, 1);

    /// <summary>Calls of an API a day that are made without looking at the quota: far below every limit known.</summary>
    public static long MadeFreely(string api) => api == WeChatApi.UserGet ? 20 : 2_000;

    /// <summary>Counts one call that is about to be made.</summary>
    /// <param name="api">The API.</param>
    /// <param name="askQuota">Asks WeChat for the API's quota; null = WeChat does not tell.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="WeChatApiException">The day's share is used up; <see cref="Reaction.QuotaSpent"/>.</exception>
    public async ValueTask TakeAsync(string api, Func<CancellationToken, Task<QuotaAnswer?>> askQuota, CancellationToken cancellationToken)
    {
        Share share = await ShareOfAsync(api, cancellationToken);
        long taken = Interlocked.Increment(ref share.Taken);
        if (taken <= MadeFreely(api))
            return;

        if (!share.IsKnown)
            await FindOutAsync(api, share, askQuota, cancellationToken);
        if (taken > share.Allowed)
            throw WeChatApiException.Refused(api, Reaction.QuotaSpent, share.Reason, "The next run goes on from there once WeChat counts a new day, after midnight in Beijing.");
    }

    /// <summary>Has calls written into the ledger before they are made, some at a time, and hears of those that others have made meanwhile: another node, say.</summary>
    /// <param name="api">The API.</param>
    /// <param name="isReserved">Whether the ledger has the next call.</param>
    /// <param name="reserve">Writes them, and returns how many of all the ledger had.</param>
    /// <param name="cancellationToken">Ends the wait for whoever writes.</param>
    public async ValueTask ReserveAsync(string api, Func<bool> isReserved, Func<Task<long>> reserve, CancellationToken cancellationToken)
    {
        if (isReserved())
            return;
        await _reserving.WaitAsync(cancellationToken);
        try
        {
            if (!isReserved() && await reserve() is var made && _shares.TryGetValue(Today(api), out Share? share))
                share.Saw(made + 1);
        }
        finally
        {
            _reserving.Release();
        }
    }

    public void Dispose()
    {
        _asking.Dispose();
        _reserving.Dispose();
    }

    private async ValueTask<Share> ShareOfAsync(string api, CancellationToken cancellationToken)
    {
        (string, DateOnly) today = Today(api);
        if (_shares.TryGetValue(today, out Share? known))
            return known;

        long usedToday = await readUsedToday(api, cancellationToken);
        return _shares.GetOrAdd(today, static (_, used) => new Share { Taken = used }, usedToday);
    }

    private (string Api, DateOnly Day) Today(string api) => (api, BeijingDay.Of(time.GetUtcNow()));

    private async Task FindOutAsync(string api, Share share, Func<CancellationToken, Task<QuotaAnswer?>> askQuota, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (share.IsKnown)
                return;

            QuotaAnswer? answer = await askQuota(cancellationToken);

            // All but the call that asks: it is not made yet.
            long own = Interlocked.Read(ref share.Taken) - 1;
            DayQuota quota = DayQuota.Of(api, answer, own, reservePercent);
            if (answer is not null)
                await keep(api, quota, cancellationToken);
            share.Know(quota, own);
        }
        finally
        {
            _asking.Release();
        }
    }

    private sealed class Share
    {
        /// <summary>Calls made today, those of earlier runs included.</summary>
        public long Taken;

        public bool IsKnown { get; private set; }

        public long Allowed { get; private set; } = long.MaxValue;

        public Sentence Reason { get; private set; } = Sentence.Empty;

        public void Saw(long made)
        {
            long taken;
            do
                taken = Interlocked.Read(ref Taken);
            while (taken < made && Interlocked.CompareExchange(ref Taken, made, taken) != taken);
        }

        public void Know(DayQuota quota, long taken)
        {
            Allowed = quota.Left == long.MaxValue ? long.MaxValue : taken + quota.Left;
            Reason = quota.Describe();
            IsKnown = true;
        }
    }
}
