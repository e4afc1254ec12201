using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Logging;
using FollowerSync.StatusPage.Views;
using FollowerSync.Web;
using Npgsql;

namespace FollowerSync.StatusPage;

/// <summary>Goes around what reads the database for a page: a database that is away, of another version, or slow, and a fault of our own have a page each.</summary>
internal sealed partial class PageFaults(PageAnswers answers, FindDatabaseLack findLack, TimeProvider time, ILogger<PageFaults> logger)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>What was found well is believed so long.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan TellingPause = TimeSpan.FromMinutes(1);

    private readonly Outage _outage = new(time);
    private long _wellAt;
    private long _toldAt;

    public async ValueTask<object?> AroundAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        object? answer = null;
        return await TryAsync(context.HttpContext, async () => answer = await next(context)) ?? answer;
    }

    /// <summary>Does something with the database for a page.</summary>
    /// <returns>The page to show instead; null when it was done.</returns>
    public async Task<IResult?> TryAsync(HttpContext http, Func<Task> work)
    {
        CancellationToken left = http.RequestAborted;
        using CancellationTokenSource deadline = new(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(left, deadline.Token);
        http.RequestAborted = either.Token;
        try
        {
            if (await FindLackAsync(either.Token) is { } lack)
                return answers.Tell(http, StatusCodes.Status503ServiceUnavailable, DetailTexts.OtherSchema, DetailTexts.OtherSchemaHint, lack);
            await work();
            if (_outage.End() is { } lasted)
                LogWellAgain(lasted);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, whoever looks is told, and the log has the cause.
        catch (Exception exception) when (!left.IsCancellationRequested)
        {
            return Told(http, exception);
        }
#pragma warning restore CA1031
        finally
        {
            http.RequestAborted = left;
        }
    }

    /// <summary>What fails while a page is being written ends in a word instead of nothing.</summary>
    public async Task RescueAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception) when (exception is not BadHttpRequestException && !http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            // What reads the database may go well each time before.
            if (_toldAt == 0 || time.GetElapsedTime(_toldAt) >= TellingPause)
            {
                _toldAt = time.GetTimestamp();
                LogNotWritten(exception);
            }

            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await http.Response.WriteAsync($"{DetailTexts.Fault.Chinese}。{DetailTexts.FaultHint.Chinese}\n{DetailTexts.Fault.English}. {DetailTexts.FaultHint.English}\n", http.RequestAborted);
        }
#pragma warning restore CA1031
    }

    private IResult Told(HttpContext http, Exception exception)
    {
        _wellAt = 0;
        bool isAway = exception is DatabaseException or NpgsqlException or OperationCanceledException;
        // Anybody may load a page again and again.
        if (_outage.Begin())
            LogNotShown(exception);
        return isAway
            ? answers.Tell(http, StatusCodes.Status503ServiceUnavailable, DetailTexts.Away, DetailTexts.AwayHint)
            : answers.Tell(http, StatusCodes.Status500InternalServerError, DetailTexts.Fault, DetailTexts.FaultHint);
    }

    private async Task<Sentence?> FindLackAsync(CancellationToken cancellationToken)
    {
        if (_wellAt != 0 && time.GetElapsedTime(_wellAt) < Believed)
            return null;
        Sentence? lack = await findLack(cancellationToken).WaitAsync(cancellationToken);
        if (lack is null)
            _wellAt = time.GetTimestamp();
        return lack;
    }

    [LoggerMessage(3506, LogLevel.Warning, "The status page cannot be shown; it is tried again at every request, and the end is told")]
    private partial void LogNotShown(Exception exception);

    [LoggerMessage(3507, LogLevel.Warning, "A page could not be written; this is told once a minute at most")]
    private partial void LogNotWritten(Exception exception);

    [LoggerMessage(3508, LogLevel.Information, "The status page can be shown again, after {Lasted}")]
    private partial void LogWellAgain(TimeSpan lasted);
}
