using FollowerSync.Languages;
using FollowerSync.Logging;

namespace FollowerSync.Web;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can do its work.</summary>
internal sealed partial class HealthEndpoints(FindDatabaseLack ready, TimeProvider time, ILogger<HealthEndpoints> logger)
{
    // Probes give up after a second or so by default; a check that hangs must not pile up.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private readonly Outage _outage = new(time);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live\n"));
        routes.MapGet("/health/ready", (CancellationToken cancellationToken) => AnswerReadyAsync(cancellationToken));
    }

    private async Task<IResult> AnswerReadyAsync(CancellationToken cancellationToken)
    {
        Sentence? lack = await CheckAsync(cancellationToken);
        return lack is null ? Results.Text("ready\n") : Results.Text($"not ready: {lack}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<Sentence?> CheckAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(Deadline, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            Sentence? lack = await ready(either.Token).WaitAsync(either.Token);
            if (_outage.End() is { } lasted)
                LogReadyAgain(lasted);
            return lack;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            TellOnce(new TimeoutException("the database does not answer in time"));
            return "the database does not answer in time";
        }
        // The text of the exception may name servers and users; whoever can reach the port sees this page.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            TellOnce(exception);
            return "the database cannot be used; the log says why";
        }
    }

    // A probe asks every few seconds, and anybody may ask a thousand times a second.
    private void TellOnce(Exception exception)
    {
        if (_outage.Begin())
            LogNotReady(exception);
    }

    [LoggerMessage(4003, LogLevel.Warning, "/health/ready answers 503 from now on")]
    private partial void LogNotReady(Exception exception);

    [LoggerMessage(4004, LogLevel.Information, "/health/ready answers 200 again, after {Lasted}")]
    private partial void LogReadyAgain(TimeSpan lasted);
}
