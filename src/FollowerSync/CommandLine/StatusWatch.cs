using FollowerSync.Database;
using FollowerSync.Status;
using Npgsql;

namespace FollowerSync.CommandLine;

/// <summary><c>status --watch</c>: looks again every few seconds until it is stopped, also while the database is away.</summary>
internal sealed class StatusWatch(CommandContext context, StatusLooks looks, ZonedTime time)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    // A database that does not answer is away, whatever its limits would still allow it.
    private static readonly TimeSpan LookDeadline = TimeSpan.FromSeconds(10);

    private DateTimeOffset? _awaySince;

    /// <summary>The exit code of the last look.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        bool isScreen = context.Console.Profile is { Out.IsTerminal: true, Capabilities.Ansi: true };
        using IStatusDisplay display = isScreen ? new StatusScreen(context, time) : new StatusStream(context, time);
        int exitCode = ExitCodes.Succeeded;
        try
        {
            using PeriodicTimer timer = new(Interval, context.Time);
            do
            {
                exitCode = await LookAsync(display, cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // How it ends.
        }

        return exitCode;
    }

    private async Task<int> LookAsync(IStatusDisplay display, CancellationToken cancellationToken)
    {
        DateTimeOffset began = context.Time.GetUtcNow();
        using CancellationTokenSource deadline = new(LookDeadline, context.Time);
        using var look = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            (StatusReport report, int exitCode) = await looks.ReadAsync(counts: false, look.Token);
            _awaySince = null;
            display.Show(report, context.Time.GetUtcNow());
            return exitCode;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            display.ShowAway(_awaySince ??= began, $"It did not answer within {DurationText.Of(LookDeadline)}.");
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException && !cancellationToken.IsCancellationRequested)
        {
            display.ShowAway(_awaySince ??= began, ErrorMessage.Of(exception, context));
        }

        return ExitCodes.Failed;
    }
}
