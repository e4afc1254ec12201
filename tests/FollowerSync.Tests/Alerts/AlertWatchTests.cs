using System.Net.Sockets;
using FollowerSync.Alerts;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Tests.Alerts;

/// <summary>What a look that failed says of the database.</summary>
public sealed class AlertWatchTests
{
    [Theory]
    [InlineData(PostgresErrorCodes.LockNotAvailable, false)]
    [InlineData(PostgresErrorCodes.QueryCanceled, false)]
    [InlineData(PostgresErrorCodes.DeadlockDetected, false)]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    public void A_statement_that_was_broken_off_does_not_mean_that_the_database_is_away(string sqlState, bool isAway)
    {
        PostgresException said = new("text", "ERROR", "ERROR", sqlState);

        AlertWatch.IsAway(DatabaseUnavailableException.From(said, new NpgsqlConnectionStringBuilder("Host=db.example;Database=followers"))).ShouldBe(isAway);
    }

    [Fact]
    public void A_database_that_cannot_be_reached_or_does_not_answer_is_away()
    {
        AlertWatch.IsAway(DatabaseUnavailableException.From(new NpgsqlException("refused"), new NpgsqlConnectionStringBuilder("Host=db.example"))).ShouldBeTrue();
        AlertWatch.IsAway(new OperationCanceledException()).ShouldBeTrue();
        AlertWatch.IsAway(new InvalidOperationException()).ShouldBeFalse();
    }

    [Fact]
    public void A_database_that_was_not_asked_because_our_own_connections_are_all_in_use_is_not_away()
    {
        NpgsqlException exhausted = new("The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds)", new TimeoutException());
        NpgsqlException refused = new("Failed to connect to 127.0.0.1:5432", new SocketException((int)SocketError.ConnectionRefused));
        NpgsqlConnectionStringBuilder target = new("Host=db.example");

        AlertWatch.IsAway(DatabaseUnavailableException.From(exhausted, target)).ShouldBeFalse();
        AlertWatch.IsAway(DatabaseUnavailableException.From(refused, target)).ShouldBeTrue();
    }
}
