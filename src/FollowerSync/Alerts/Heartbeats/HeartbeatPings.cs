using System.Collections.Concurrent;
using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Logging;
using FollowerSync.Runs;

namespace FollowerSync.Alerts.Heartbeats;

/// <summary>Calls the address of an account when its run begins, succeeds and fails. Whoever is called there raises the alarm when nothing comes: the only one
/// that works when the machine is gone. No run ever waits for it.</summary>
internal sealed partial class HeartbeatPings : IAsyncDisposable
{
    private const int Tries = 3;

    // A verb that ends at once after its run lets the call get out.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Task> _lines = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AlertHttp _http;

    public HeartbeatPings(SecretMask mask, TimeProvider time, ILogger<HeartbeatPings> logger)
    {
        (_time, _logger) = (time, logger);
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
    public Task QuietAsync() => Task.WhenAll(_lines.Values);

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
            Call(account, "fail", rid, text);
        else if (run.Status != RunStatus.Cancelled)
            Call(account, "", rid, text);
    }

    // The calls of an account follow each other.
    private void Call(AccountOptions account, string step, Guid rid, string text) => _ = _lines.AddOrUpdate(
        account.AppId, _ => CallAsync(account, step, rid, text), (_, before) => AfterAsync(before, () => CallAsync(account, step, rid, text)));

    private static async Task AfterAsync(Task before, Func<Task> next)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await next();
    }

    private async Task CallAsync(AccountOptions account, string step, Guid rid, string text)
    {
        await Task.Yield();
        string what = "no answer";
        try
        {
            for (int attempt = 1; attempt <= Tries; attempt++)
            {
                using HttpRequestMessage request = new(HttpMethod.Post, AddressOf(account.HeartbeatUrl, step, rid)) { Content = new StringContent(text) };
                (HttpAnswer? answer, Delivery? failure) = await _http.SendAsync(request, _stopping.Token);
                if (answer is { IsSuccess: true })
                    return;
                what = (failure?.What ?? answer!.ByStatus().What).ToString();
                await Task.Delay(Pause, _time, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        LogNotCalled(account.DisplayName, step.Length == 0 ? "success" : step, what);
    }

    private static Uri AddressOf(string url, string step, Guid rid)
    {
        UriBuilder address = new(url);
        if (step.Length > 0)
            address.Path = $"{address.Path.TrimEnd('/')}/{step}";
        address.Query = $"{(address.Query.Length > 1 ? address.Query[1..] + "&" : "")}rid={rid}";
        return address.Uri;
    }

    [LoggerMessage(LogLevel.Warning, "The heartbeat of account {Account} ({Step}) did not arrive: {What}. The run goes on without. Check WeChat:Accounts:HeartbeatUrl.")]
    private partial void LogNotCalled(string account, string step, string what);
}
