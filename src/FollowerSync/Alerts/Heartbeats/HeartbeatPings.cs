using System.Collections.Concurrent;
using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.Runs;
using Npgsql;

namespace FollowerSync.Alerts.Heartbeats;

/// <summary>Calls the address of an account when its run begins, succeeds and fails. Whoever is called there raises the alarm when nothing comes: the only one
/// that works when the machine is gone. No run ever waits for it.</summary>
internal sealed partial class HeartbeatPings : IAsyncDisposable
{
    // A verb that ends at once after its run lets the call get out.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    // Until a call that does not arrive is made again; the last one for as long as the worker lives: unheard, a night that was right counts as one that was not.
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    private const string NewerRunsSql =
        $"""
        select count(*) from wechat.sync_runs r
        where r.app_id = @appId and r.trigger <> 'event' and r.run_id is distinct from @runId::bigint and r.started_at > coalesce(@startedAt::timestamptz, now() - @age) and {SyncRunStore.HasBegun}
        """;

    private readonly ConcurrentDictionary<string, HeartbeatLine> _lines = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly FollowerDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AlertHttp _http;

    public HeartbeatPings(FollowerDatabase database, SecretMask mask, TimeProvider time, ILogger<HeartbeatPings> logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        _http = new AlertHttp(mask) { Time = time };
    }

    /// <summary>Does the run, and calls before and after it.</summary>
    /// <param name="account">The account.</param>
    /// <param name="run">The run.</param>
    public async Task<SyncRun> AroundAsync(AccountOptions account, Func<Task<SyncRun>> run)
    {
        if (account.HeartbeatUrl.Length == 0)
            return await run();
        Guid rid = Guid.NewGuid();
        Call(account, "start", rid, "");
        try
        {
            SyncRun ended = await run();
            CallOf(account, rid, ended);
            return ended;
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not Leases.RunActiveException)
        {
            Call(account, "fail", rid, "The run could not begin.");
            throw;
        }
    }

    /// <summary>Waits until nothing is under way.</summary>
    public Task QuietAsync() => Task.WhenAll(_lines.Values.Select(line => line.Work));

    public async ValueTask DisposeAsync()
    {
        await QuietAsync().WaitAsync(LastWords, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync();
        await QuietAsync().WaitAsync(LastWords, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _http.Dispose();
    }

    // A stop by a person is no failure; the next run calls again.
    private void CallOf(AccountOptions account, Guid rid, SyncRun run)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"run {run.RunId}: {run.Status.ToString().ToLowerInvariant()}, {run.Listed} listed, {run.Added} added, {run.Changed} changed, {run.Unsubscribed} unsubscribed");
        if (run.Status is RunStatus.Failed or RunStatus.Abandoned)
            Call(account, "fail", rid, text, run);
        else if (run.Status != RunStatus.Cancelled)
            Call(account, "", rid, text, run);
    }

    private void Call(AccountOptions account, string step, Guid rid, string text, SyncRun? run = null)
    {
        HeartbeatLine line = _lines.GetOrAdd(account.AppId, _ => new HeartbeatLine(_time));
        Beat beat = new(step, rid, text, run, _time.GetTimestamp());
        line.Enter(newer => CallAsync(line, account, beat, newer));
    }

    private async Task CallAsync(HeartbeatLine line, AccountOptions account, Beat beat, Task newer)
    {
        string name = beat.Step.Length == 0 ? "success" : beat.Step;
        int failures = 0;
        try
        {
            while (await line.TakeTurnAsync(newer, _stopping.Token))
            {
                bool? isNewest = failures == 0 ? true : await IsNewestAsync(account, beat);
                if (isNewest == false)
                {
                    LogOvertaken(account.DisplayName, name);
                    return;
                }

                if (isNewest == true)
                {
                    Delivery delivery = await CallOnceAsync(AddressOf(account.HeartbeatUrl, beat.Step, beat.Rid), beat.Text);
                    if (delivery.IsDelivered && failures > 0)
                        LogLate(account.DisplayName, name, failures);
                    else if (!delivery.IsDelivered && failures++ == 0)
                        LogNotCalled(account.DisplayName, name, delivery.What.ToString());
                    if (delivery.Outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused)
                        return;
                }

                if (!await line.RestAsync(Pauses[Math.Min(failures, Pauses.Length) - 1], newer, _stopping.Token))
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            if (failures == 0)
                LogNotCalled(account.DisplayName, name, "no answer");
        }
    }

    // A newer run, of whatever process, calls for itself: after its failure, an older success would clear the alarm.
    private async Task<bool?> IsNewestAsync(AccountOptions account, Beat beat)
    {
        object parameters = new { appId = account.AppId, runId = beat.Run?.RunId, startedAt = beat.Run?.StartedAt, age = _time.GetElapsedTime(beat.MadeAt) };
        try
        {
            // The first run since a call that tells of a beginning is its own.
            return await _database.RunShortlyAsync(tx => tx.ReadAsync<long>(NewerRunsSql, parameters), _stopping.Token) <= (beat.Step == "start" ? 1 : 0);
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException)
        {
            return null;
        }
    }

    private async Task<Delivery> CallOnceAsync(Uri address, string text)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = new StringContent(text) };
        (HttpAnswer? answer, Delivery? failure) = await _http.SendAsync(request, _stopping.Token);
        return failure ?? answer!.ByStatus();
    }

    private static Uri AddressOf(string url, string step, Guid rid)
    {
        UriBuilder address = new(url);
        if (step.Length > 0)
            address.Path = $"{address.Path.TrimEnd('/')}/{step}";
        address.Query = $"{(address.Query.Length > 1 ? address.Query[1..] + "&" : "")}rid={rid}";
        return address.Uri;
    }

    [LoggerMessage(1207, LogLevel.Warning, "The heartbeat of account {Account} ({Step}) did not arrive: {What}. The run goes on without. Check WeChat:Accounts:HeartbeatUrl.")]
    private partial void LogNotCalled(string account, string step, string what);

    [LoggerMessage(1208, LogLevel.Information, "The heartbeat of account {Account} ({Step}) arrived after {Failures} tries that failed")]
    private partial void LogLate(string account, string step, int failures);

    [LoggerMessage(1209, LogLevel.Information, "The heartbeat of account {Account} ({Step}) is not tried again, as a newer run has begun")]
    private partial void LogOvertaken(string account, string step);

    /// <param name="Step">What is called behind the address; empty = success.</param>
    /// <param name="Rid">The run's number for the other side.</param>
    /// <param name="Text">What it is told.</param>
    /// <param name="Run">The run; null = it has no record yet.</param>
    /// <param name="MadeAt">When it was to be called, in ticks of the clock that nobody sets.</param>
    private sealed record Beat(string Step, Guid Rid, string Text, SyncRun? Run, long MadeAt);
}
