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
}
