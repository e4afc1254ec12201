using System.Security.Cryptography;
using System.Text;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Logging;

namespace FollowerSync.OAuth;

/// <summary>Keeps visits: the visitor, and an arrival, so that WeChat is asked whether the visitor follows. What cannot be stored is counted, and the visitor
/// hears nothing of it.</summary>
internal sealed partial class VisitStore(FollowerDatabase database, TimeProvider time, ILogger<VisitStore> logger)
{
    // A visitor waits.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly Outage _outage = new(time);
    private long _lost;

    /// <summary>Visits that could not be stored since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <param name="visitor">Who came.</param>
    /// <param name="nonce">Of the visit's state; makes a visit that is stored twice one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task KeepAsync(Visitor visitor, byte[] nonce, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(Deadline, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await database.RunAsync(tx => InsertAsync(tx, visitor, nonce), either.Token);
            if (_outage.End() is { } lasted)
                LogBack(lasted, Lost);
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _lost);
            cancellationToken.ThrowIfCancellationRequested();
            if (_outage.Begin())
                LogAway(deadline.IsCancellationRequested ? new TimeoutException("the database does not answer in time") : exception);
        }
    }

    private static async Task InsertAsync(Transaction tx, Visitor visitor, byte[] nonce)
    {
        string appId = visitor.Account.AppId;
        byte[] fingerprint = SHA256.HashData([.. Encoding.UTF8.GetBytes($"oauth|{appId}|"), .. nonce]);
        Arrival arrival = new(appId, fingerprint, visitor.OpenId, ArrivalKinds.Visit, EventKey: null, HappenedAt: null, ArrivalSource.OAuth, IsTrusted: true);
        if (await ArrivalStore.InsertAsync(tx, [arrival]) == 1)
            await VisitorStore.VisitAsync(tx, appId, visitor.OpenId, visitor.UnionId, visitor.Nickname);
    }

    [LoggerMessage(2506, LogLevel.Warning, "Visits are not stored for the time being; the visitors are sent on all the same")]
    private partial void LogAway(Exception exception);

    [LoggerMessage(2507, LogLevel.Information, "Visits are stored again, after {Lasted}. Not stored since the start of this process: {Lost}")]
    private partial void LogBack(TimeSpan lasted, long lost);
}
