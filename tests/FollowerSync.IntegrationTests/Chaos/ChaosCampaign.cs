using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>One account, one database, many disturbed runs, then a few undisturbed ones. The promises are checked after every run, and the database
/// against the truth in every column at the end.</summary>
internal sealed class ChaosCampaign : IAsyncDisposable
{
    private readonly ChaosOptions _options;
    private readonly WeChatEmulator _wechat;
    private readonly CrashingPostgres _postgres;
    private readonly TruthHistory _truth;
    private readonly Promises _promises;
    private readonly Secrecy _secrecy;
    private readonly FaultMix _faults;
    private readonly ChaosSettings _settings;
    private readonly Disturber _disturber;
    private readonly List<string> _outputs = [];
    private StoredState _stored = StoredState.Empty;
    private bool _isUnchangedSinceSuccess;

    private ChaosCampaign(ChaosOptions options, EmulatorOptions emulator, WeChatEmulator wechat, CrashingPostgres postgres)
    {
        _options = options;
        _wechat = wechat;
        _postgres = postgres;
        _truth = new TruthHistory(wechat.Account);
        _promises = new Promises(_truth);
        _secrecy = new Secrecy(wechat, postgres, _truth);
        _settings = new ChaosSettings(options, wechat, postgres, emulator.FullProfiles);
        _disturber = new Disturber(wechat, postgres, _truth, _settings);
        _faults = new FaultMix(listLies: options.Seed % 2 == 0);
    }

    public ChaosTally Tally { get; } = new();

    public WeChatEmulator WeChat => _wechat;

    public CrashingPostgres Postgres => _postgres;

    /// <summary>Every secret and token there was.</summary>
    public IReadOnlyCollection<string> Secrets => _secrecy.Secrets;

    /// <summary>What every worker wrote.</summary>
    public IReadOnlyList<string> Outputs => _outputs;

    public static async Task<ChaosCampaign> StartAsync(ChaosOptions options)
    {
        Random dice = new(options.Seed);
        bool shortTokens = dice.Next(3) == 0;
        EmulatorOptions emulator = new()
        {
            Seed = options.Seed,
            Followers = options.Followers,
            PageSize = options.IsBig ? 10_000 : 150 + dice.Next(200),
            Latency = TimeSpan.FromMilliseconds(dice.Next(8)),
            FullProfiles = dice.Next(4) > 0,
            UnionIds = dice.Next(5) > 0,
            RefuseCursorOfDeparted = dice.Next(2) == 0,
            TokenLifetime = shortTokens ? TimeSpan.FromSeconds(30) : TimeSpan.FromHours(2),
            TokenOverlap = shortTokens ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(5),
        };
        return new ChaosCampaign(options, emulator, await WeChatEmulator.StartAsync(emulator, default), await CrashingPostgres.StartAsync());
    }

    /// <exception cref="ChaosException">A promise was broken.</exception>
    public async Task RunAsync()
    {
        _truth.Look();
        for (int number = 1; number <= _options.Runs; number++)
            await RunDisturbedAsync(ChaosStep.Draw(_options.Seed, number, _faults, _options.IsBig));
        await RunInPeaceAsync();
        await CompareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _wechat.DisposeAsync();
        await _postgres.DisposeAsync();
        _settings.Dispose();
    }

    private async Task RunDisturbedAsync(ChaosStep step)
    {
        if (step.ChurnBefore && !IsRotation(step))
            _truth.Change(step.Churn);
        foreach (FaultRule rule in IsRotation(step) ? [FaultMix.Rotation] : step.Faults)
            _wechat.Faults.Add(rule);

        StoredState before = _stored;
        await using WorkerProcess worker = await _disturber.StartAsync(step);
        await using WorkerProcess? second = await DisturbAsync(worker, step);
        worker.Read();
        await CheckAsync(step.ToString(), before, worker, second, databaseDied: step.Disturbance
            is Disturbance.KillPostgres or Disturbance.KillPostgresAndLeaveItDown or Disturbance.KillSession or Disturbance.StopWhilePostgresStandsStill);

        Tally.CountFaults(_wechat.Faults);
        _wechat.Faults.Clear();
        _isUnchangedSinceSuccess = _stored.LastRun is { Succeeded: true } && step.Disturbance == Disturbance.None && !step.Faults.Any(rule => rule.Fault is FaultKind.PeopleCome);
        if (_stored.LastRun is { Status: "held" } && step.ChurnSeed % 2 == 0)
            await ApproveAsync();
    }

    // Everybody is known and nobody comes: a batch that rotates all unionids cannot hide.
    private bool IsRotation(ChaosStep step) => _isUnchangedSinceSuccess && step.ChurnSeed % 3 == 0;

    private async Task<WorkerProcess?> DisturbAsync(WorkerProcess worker, ChaosStep step)
    {
        if (step.Disturbance is Disturbance.None || (step.Disturbance == Disturbance.Churn && IsRotation(step)) || !await _disturber.ReachesAsync(worker, step.AtRequest))
            return null;

        Tally.Count($"disturbed by {step.Disturbance}");
        try
        {
            return await _disturber.DisturbAsync(worker, step);
        }
        catch (TimeoutException exception)
        {
            throw new ChaosException(_options.Seed, step.ToString(), [$"hung worker: {exception.Message}"], worker.Output);
        }
    }

    private async Task<int> WaitAsync(WorkerProcess worker, string step)
    {
        try
        {
            return await worker.WaitAsync();
        }
        catch (TimeoutException)
        {
            throw new ChaosException(_options.Seed, step, ["hung worker: it did not end in time"], worker.Output);
        }
    }

    private async Task CheckAsync(string step, StoredState before, WorkerProcess worker, WorkerProcess? second, bool databaseDied)
    {
        int exitCode = await WaitAsync(worker, step);
        if (second is not null)
            await WaitAsync(second, step);
        await _postgres.WaitUntilUpAsync();
        _truth.Look();
        _stored = await StoredState.ReadAsync(_postgres);
        _outputs.Add(worker.Output + second?.Output);
        Tally.Count("runs");
        Tally.Count($"ended as {_stored.LastRun?.Status ?? "not begun"}");
        if (ChaosOptions.IsTraced)
            Console.WriteLine($"{_options.Seed} {step} -> exit {exitCode}, {_stored.LastRun}");

        List<string> broken = [.. _promises.Broken(before, _stored, runMayBeOpen: worker.WasKilled || databaseDied), .. await _secrecy.LeaksAsync(_outputs[^1])];
        if (second is null && !worker.WasKilled)
            broken.AddRange(WrongExitCode(before, exitCode, runMayBeOpen: databaseDied));
        if (broken.Count > 0)
            throw new ChaosException(_options.Seed, step, broken, worker.Output + second?.Output);
    }

    /// <summary>The exit code says what the run record says.</summary>
    private IEnumerable<string> WrongExitCode(StoredState before, int exitCode, bool runMayBeOpen)
    {
        StoredRun? run = _stored.LastRun is { } last && last.RunId > (before.LastRun?.RunId ?? 0) ? last : null;
        bool isRight = exitCode switch
        {
            0 => run is { Succeeded: true },
            1 => run is null or { Status: "failed" or "abandoned" or "running" },
            2 => run is { Status: "failed" or "partial", Error: { } error } && error.Contains("AppSecret", StringComparison.Ordinal),
            3 => run is { Status: "partial" or "held" or "cancelled" } || (runMayBeOpen && run is null or { IsOpen: true }),
            _ => false,
        };
        if (!isRight)
            yield return $"exit code {exitCode} of a run that is {run?.ToString() ?? "not there"}";
    }

    /// <summary>Until a run that read a list of its own has succeeded.</summary>
    private async Task RunInPeaceAsync()
    {
        const int Enough = 6;
        bool isFresh = false;
        for (int attempt = 1; attempt <= Enough; attempt++)
        {
            await _postgres.ExecuteAsync("update followersync.rejected_openids set next_attempt_at = now()");
            StoredState before = _stored;
            long? lastListing = before.Listings.LastOrDefault(listing => listing.Status is "open" or "complete")?.ListingId;
            await using WorkerProcess worker = WorkerProcess.Start(_settings.Of(inPeace: true, wrongClock: false));
            await CheckAsync($"undisturbed run {attempt}", before, worker, second: null, databaseDied: false);
            if (_stored.LastRun is { Status: "held" })
                await ApproveAsync();
            isFresh = lastListing is null && _stored.LastRun is { Succeeded: true };
            if (isFresh)
                return;
        }

        throw new ChaosException(_options.Seed, "the undisturbed runs", [$"none of {Enough} succeeded: {_stored.LastRun}"], _outputs[^1]);
    }

    private async Task ApproveAsync()
    {
        await HeldRun.ApproveAsync(_postgres.ConnectionString, _wechat, _stored.LastRun!.RunId);
        Tally.Count("held runs approved");
        StoredState before = _stored;
        _truth.Look();
        _stored = await StoredState.ReadAsync(_postgres);
        IReadOnlyList<string> broken = _promises.Broken(before, _stored, runMayBeOpen: false);
        if (broken.Count > 0)
            throw new ChaosException(_options.Seed, "approval of a held run", broken, "");
    }

    private async Task CompareAsync()
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(_postgres.ConnectionString + ";Pooling=false");
        Dictionary<string, string> stored = await StoredFollower.ReadAllAsync(source, "subscribe");
        Dictionary<string, string> truth = _wechat.Account.Followers().ToDictionary(f => f.OpenId, StoredFollower.Describe, StringComparer.Ordinal);
        string[] differences =
        [
            .. truth.Keys.Except(stored.Keys).Select(openId => $"missing: {openId}"),
            .. stored.Keys.Except(truth.Keys).Select(openId => $"too many: {openId}"),
            .. truth.Where(t => stored.TryGetValue(t.Key, out string? row) && row != t.Value).Select(t => $"truth {t.Value}\n  stored {stored[t.Key]}"),
            .. _stored.Rejected.Where(openId => _wechat.Account.Find(openId) is not null).Select(openId => $"still rejected: {openId}"),
        ];
        if (differences.Length > 0)
            throw new ChaosException(_options.Seed, "the comparison with the truth", differences, _outputs[^1]);
        Tally.Count("campaigns whose database equals the truth");
        Tally.Count("people compared", truth.Count);
    }
}
