using System.Globalization;
using FollowerSync.CommandLine;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace FollowerSync.Tests.CommandLine;

/// <summary>The command line with two accounts, scripted syncs, and its output caught.</summary>
internal sealed class CommandLineRun : IDisposable
{
    public const string First = "wx0000000000000001";
    public const string Second = "wx0000000000000002";

    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);
    private readonly string _settingsFile = Path.GetTempFileName();
    private readonly CommandContext _context;

    public CommandLineRun()
    {
        _context = new CommandContext(_output, _error, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output) }), new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        _context.Console.Profile.Width = 200;
        WriteSettings($$"""
            { "WeChat": { "Accounts": [
                { "Name": "brand", "AppId": "{{First}}", "AppSecret": "the-first-secret" },
                { "AppId": "{{Second}}", "AppSecret": "the-second-secret" } ] } }
            """);
    }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>What a sync does; by default it succeeds.</summary>
    public Func<string, IProgress<SyncProgress>?, SyncRun> Sync { get; set; } = (appId, _) => Run(appId, RunStatus.Succeeded);

    /// <summary>A sync that goes on while others begin; null = <see cref="Sync"/>, which is over at once.</summary>
    public Func<string, Task<SyncRun>>? LongSync { get; set; }

    public static SyncRun Run(string appId, RunStatus status, string? error = null) => new()
    {
        RunId = 7,
        AppId = appId,
        Trigger = SyncTrigger.Manual,
        Status = status,
        StartedAt = new DateTimeOffset(2026, 1, 1, 3, 30, 0, TimeSpan.Zero),
        FinishedAt = new DateTimeOffset(2026, 1, 1, 3, 31, 5, TimeSpan.Zero),
        WechatTotal = 25_000,
        Listed = 25_000,
        Added = 1_234,
        Error = error,
    };

    public void WriteSettings(string json) => File.WriteAllText(_settingsFile, json);

    public Task<int> InvokeAsync(params string[] arguments)
    {
        FollowerSyncCommand command = new(
            _context,
            RunVerb.Create(_context, BuildHost),
            new SyncVerb(_context, BuildHost).Create(),
            new ApproveVerb(_context, BuildHost).Create(),
            new ExportVerb(_context, BuildHost).Create(),
            new StatusVerb(_context, BuildHost).Create(),
            new RunsVerb(_context, BuildHost).Create(),
            new EmulateVerb(_context).Create());
        return command.InvokeAsync(["--config", _settingsFile, .. arguments], CancellationToken.None);
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        File.Delete(_settingsFile);
    }

    private Task<IHost> BuildHost(VerbSettings settings, HostParts parts, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<SyncAccount>((account, _, progress, _) => LongSync?.Invoke(account.AppId) ?? Task.FromResult(Sync(account.AppId, progress)));
        return Task.FromResult(builder.Build());
    }
}
