using FollowerSync.Alerts.Texts;
using FollowerSync.Database;

namespace FollowerSync.Alerts;

/// <summary>One look at everything that can be wrong.</summary>
/// <param name="tx">The transaction that changes the alerts.</param>
/// <param name="telling">How people are told.</param>
/// <param name="now">Of the database.</param>
internal sealed class AlertLook(Transaction tx, AlertTelling telling, DateTimeOffset now)
{
    private readonly double _chance = Random.Shared.NextDouble();
    private readonly List<AlertMessage> _told = [];

    public Transaction Tx => tx;

    public DateTimeOffset Now => now;

    /// <summary>What was told of, in this order.</summary>
    public IReadOnlyList<AlertMessage> Told => _told;

    public Task TellAsync(AlertRow row, AlertMessage message, int number)
    {
        _told.Add(message);
        return telling.TellAsync(tx, row, message, number, _chance, now);
    }
}
