using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Heartbeats;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>How often a heartbeat is tried.</summary>
public sealed class HeartbeatPingsTests
{
    [Fact]
    public async Task An_address_that_answers_only_the_third_time_is_reached()
    {
        const int Tries = 3;
        await using StandInRobots robots = await StandInRobots.StartAsync();
        robots.Instead = async (context, _) =>
        {
            if (robots.Asked == Tries)
                return false;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        FakeTimeProvider clock = new();
        await using HeartbeatPings pings = new(new SecretMask(), clock, NullLogger<HeartbeatPings>.Instance);
        AccountOptions account = new() { Name = "brand", AppId = AlertScene.AppId, HeartbeatUrl = $"{robots.Address}/ping/{StandInRobots.Ping}" };

        // One call, as a run that is stopped makes none at its end.
        await Should.ThrowAsync<OperationCanceledException>(() => pings.AroundAsync(account, () => throw new OperationCanceledException()));
        await Installation.UntilAsync(() => Task.FromResult(robots.Asked == 1), "the first try");
        for (int tries = 2; tries <= Tries; tries++)
        {
            int expected = tries;
            clock.Advance(AlertHttp.Patience);
            await Installation.UntilAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromMilliseconds(200));
                    return Task.FromResult(robots.Asked == expected);
                },
                $"try {tries}");
        }

        await pings.QuietAsync();
        robots.TakenBy("Heartbeat").ShouldHaveSingleItem().ShouldStartWith("/start ");
    }
}
