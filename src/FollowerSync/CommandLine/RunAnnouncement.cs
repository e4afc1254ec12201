using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Database.Schema;
using FollowerSync.Languages;
using FollowerSync.Scheduling;
using Npgsql;

namespace FollowerSync.CommandLine;

/// <summary>What the worker says of itself at its start and its end.</summary>
internal sealed partial class RunAnnouncement(IServiceProvider services, VerbSettings settings, ILogger<RunAnnouncement> logger) : IHostedService
{
    private readonly long _startedAt = settings.Context.Time.GetTimestamp();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ScheduleOptions schedule = ZonedTime.ScheduleOf(settings.Configuration);
        LogStarted(ProgramVersion.Own.Split('+')[0], settings.Accounts.Count, string.Join(", ", settings.Accounts.Select(Describe)), Database());
        DateTimeOffset? next = NextRun.After(settings.Context.Time.GetUtcNow(), schedule);
        LogSchedule(ScheduleWords.Of(schedule.Cron).ToString(), schedule.TimeZone, next is { } at ? new ZonedTime(schedule).Of(at) : "never");
        return Task.CompletedTask;
    }

    /// <summary>Says nothing: why the worker ends is known to who ends it.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Stop() => LogStopping();

    public void Stopped() => LogStopped(DurationText.Of(settings.Context.Time.GetElapsedTime(_startedAt)));

    private static string Describe(AccountOptions account) => account.Name.Length > 0 ? $"{account.Name} ({account.AppId})" : account.AppId;

    private string Database()
    {
        if (services.GetRequiredService<DatabaseAccess>().PrivateServer is { } server)
            return $"the private PostgreSQL in {server.Folder}";
        NpgsqlConnectionStringBuilder target = new(services.GetRequiredService<FollowerDatabase>().DataSource.ConnectionString);
        return $"{target.Database} at {target.Host}:{target.Port}";
    }

    [LoggerMessage(1601, LogLevel.Information, "FollowerSync {Version} has started, for {Count} account(s): {Accounts}. Database: {Database}")]
    private partial void LogStarted(string version, int count, string accounts, string database);

    [LoggerMessage(1602, LogLevel.Information, "Syncs {Schedule}, time zone {TimeZone}. The next run: {Next}")]
    private partial void LogSchedule(string schedule, string timeZone, string next);

    [LoggerMessage(1603, LogLevel.Information, "Stopping, as asked: a run under way is closed, and what it stored stays")]
    private partial void LogStopping();

    [LoggerMessage(1604, LogLevel.Information, "Stopped after {Duration}")]
    private partial void LogStopped(Sentence duration);
}
