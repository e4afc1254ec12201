using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Alerts;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.Operating;

/// <summary>The program as an operator has it: a worker on its schedule with a PostgreSQL of its own, a channel for alerts, the page, and a shell for verbs.</summary>
internal sealed partial class Week : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string _secrets = Directory.CreateTempSubdirectory("followersync-week-").FullName;
    private readonly Installation _installation;
    private readonly StandInRobots _robots;
    private readonly HttpClient _browser = new() { Timeout = TimeSpan.FromSeconds(10) };
    private FollowerSyncProcess _worker;
    private Uri? _page;

    private Week(Installation installation, CrashingPostgres postgres, StandInRobots robots)
    {
        (_installation, Postgres, _robots) = (installation, postgres, robots);
        Dictionary<string, string> settings = installation.Settings;
        foreach ((string key, string value) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ConnectionStrings__FollowerSync"] = postgres.ConnectionString,
            ["Secrets__Folder"] = _secrets,
            ["Schedule__Cron"] = "*/5 * * * * ?",
            ["Schedule__RetryPause"] = "00:00:02",
            ["Database__Retries"] = "2",
            ["WeChat__AttemptTimeout"] = "00:02:00",
            ["Token__ReplaceInterval"] = "00:00:01",
            ["Alerts__Delay"] = "00:00:00",
            ["Alerts__Grace"] = "00:00:20",
            ["Alerts__Language"] = "en",
            ["Alerts__Channels__0__Kind"] = "Webhook",
            ["Alerts__Channels__0__Url"] = $"{robots.Address}/webhook",
            ["Language"] = "en",
        })
            settings[key] = value;
        settings.Remove("WeChat__Accounts__0__AppSecret");
        KeepSecret();
        _worker = installation.Start("run");
    }

    public CrashingPostgres Postgres { get; }

    public string Log => _worker.Output;

    public EmulatedAccount Account => _installation.WeChat.Account;

    public FaultScript Faults => _installation.WeChat.Faults;

    public static async Task<Week> BeginAsync()
    {
        Week week = new(await Installation.CreateAsync(new EmulatorOptions { Followers = 3_000 }), await CrashingPostgres.StartAsync(), await StandInRobots.StartAsync());
        await week.UntilCalmAsync();
        return week;
    }

    /// <summary>Puts the AppSecret that WeChat has now where the worker reads it.</summary>
    public void KeepSecret() => File.WriteAllText(Path.Combine(_secrets, "WeChat__Accounts__0__AppSecret"), Account.AppSecret);

    public Task KillWorkerAsync() => _worker.KillAsync();

    public void StartWorker() => (_worker, _page) = (_installation.Start("run"), null);

    /// <summary>A verb, as a person types it.</summary>
    public Task<(int ExitCode, string Output, string Error)> TypeAsync(params string[] arguments) => _installation.InvokeAsync(arguments);

    /// <summary>A verb that meets runs: typed again until it is done. A schedule of seconds leaves it less room than one of days.</summary>
    public Task TypeUntilDoneAsync(Func<Task<string[]>> arguments) => HoldsAsync(async () => (await TypeAsync(await arguments())).ExitCode == 0);

    /// <summary>Has the trouble, looks everywhere until each place has told it, mends it, and looks until none tells it any more.</summary>
    public async Task<Sightings> LiveThroughAsync(Trouble trouble)
    {
        int logged = Log.Length, told = _robots.TakenBy("Webhook").Count();
        long began = Stopwatch.GetTimestamp();
        DateTimeOffset at = TimeProvider.System.GetUtcNow();
        await trouble.BreakAsync(this);
        Task<Sighting> alert = trouble.Alert is { } kind && !trouble.IsToldAfterwards ? SeeAsync(began, kind, () => Task.FromResult(AlertOf(kind, told, isOver: false))) : Task.FromResult(Sighting.None);
        Task<Sighting> page = SeeAsync(began, trouble.PageSays ?? trouble.Says, PageAsync);
        Task<Sighting> log = trouble.LogSays is { } words ? SeeAsync(began, words, () => Task.FromResult(Log[logged..])) : Task.FromResult(Sighting.None);
        Task<Sighting> status = SeeAsync(began, trouble.StatusSays ?? trouble.Says, StatusAsync);
        await Task.WhenAll(alert, page, log, status);

        long mending = Stopwatch.GetTimestamp();
        await trouble.MendAsync(this);
        bool isOver = await HoldsAsync(async () => !Says(await PageAsync(), trouble.PageSays ?? trouble.Says) && !Says(await StatusAsync(), trouble.StatusSays ?? trouble.Says)
            && (trouble.Alert is not { } alerted || AlertOf(alerted, told, isOver: true).Length > 0));
        TimeSpan recovery = Stopwatch.GetElapsedTime(mending);
        if (trouble is { IsToldAfterwards: true, Alert: { } after })
            alert = SeeAsync(began, after, () => Task.FromResult(AlertOf(after, told, isOver: true)));
        return new Sightings(trouble, await page, await alert, await log, await status) { Recovery = isOver ? recovery : null, UntilRun = await UntilRunAsync(at) };
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        _browser.Dispose();
        await _robots.DisposeAsync();
        await Postgres.DisposeAsync();
        await _installation.DisposeAsync();
        Directory.Delete(_secrets, recursive: true);
    }

    /// <summary>Until nothing waits for a person and the last run succeeded.</summary>
    public async Task UntilCalmAsync()
    {
        (await HoldsAsync(async () => await PageAsync() is { Length: 0 } && await SucceededLastAsync())).ShouldBeTrue($"a calm week before the next trouble\n{await PageAsync()}\n{await StatusAsync()}\n{Log}");
    }

    /// <summary>Whether a text has what a pattern describes.</summary>
    public static bool Says(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static async Task<Sighting> SeeAsync(long began, string pattern, Func<Task<string>> look)
    {
        string text = "";
        return await HoldsAsync(async () => Says(text = await look(), pattern)) ? new Sighting(Stopwatch.GetElapsedTime(began), text) : new Sighting(null, text);
    }

    private static async Task<bool> HoldsAsync(Func<Task<bool>> condition)
    {
        using PeriodicTimer timer = new(Pause);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Deadline; await timer.WaitForNextTickAsync())
            if (await condition())
                return true;
        return false;
    }

    private async Task<bool> SucceededLastAsync() =>
        await Postgres.ReadAsync("select status = 'succeeded' from wechat.sync_runs where status <> 'running' order by run_id desc limit 1") is true;

    private async Task<TimeSpan?> UntilRunAsync(DateTimeOffset at) =>
        await Postgres.ReadAsync(string.Create(CultureInfo.InvariantCulture, $"select extract(epoch from min(started_at) - '{at:O}'::timestamptz)::float8 from wechat.sync_runs where started_at > '{at:O}'")) is double seconds
            ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>What waits for a person by the page; empty = nothing. What cannot be had says so.</summary>
    private async Task<string> PageAsync()
    {
        if (_page is null && Listening().Match(_worker.Output) is { Success: true } listening)
            _page = new Uri(listening.Value);
        if (_page is null)
            return "no page yet";
        try
        {
            using HttpResponseMessage answer = await _browser.GetAsync(new Uri(_page, "/?culture=en"));
            string html = await answer.Content.ReadAsStringAsync();
            return answer.StatusCode == HttpStatusCode.OK ? WordsOf(Waiting().Match(html).Value) : $"{(int)answer.StatusCode}: {WordsOf(Body().Match(html).Value)}";
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return "no page: the connection is refused";
        }
    }

    /// <summary>What needs a person by <c>followersync status</c>.</summary>
    private async Task<string> StatusAsync()
    {
        (int exitCode, string output, string error) = await TypeAsync("status");
        return exitCode != 0 ? $"exit code {exitCode}: {error.Trim()}" : output.StartsWith('!') ? string.Join('\n', output.Split('\n').TakeWhile(line => line.Length > 0)) : "";
    }

    /// <summary>What the channel was sent of an alert; empty = nothing yet.</summary>
    private string AlertOf(string kind, int since, bool isOver) => string.Join('\n', _robots.TakenBy("Webhook").Skip(since)
        .SelectMany(body => JsonNode.Parse(body)!["alerts"]!.AsArray())
        .Where(alert => alert!["labels"]!["alertname"]!.GetValue<string>() == $"FollowerSync{kind}" && alert["status"]!.GetValue<string>() == (isOver ? "resolved" : "firing"))
        .Take(1)
        .Select(alert => $"{kind}: {string.Join(' ', new[] { "description", "cause", "remedy" }.Select(name => alert!["annotations"]![name]?.GetValue<string>()).Where(text => text is not null))}"));

    private static string WordsOf(string html) => Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(html, " ")), " ").Trim();

    [GeneratedRegex("(?<=status page listens on \"?)http://[0-9.:]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Listening();

    [GeneratedRegex("(?s)<ul class=\"alerts\">.*?</section>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Waiting();

    [GeneratedRegex("(?s)<main.*?</main>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Body();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Spaces();
}
