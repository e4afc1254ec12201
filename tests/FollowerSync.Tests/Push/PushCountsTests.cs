using System.Net;
using FollowerSync.Push;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Push;

public sealed class PushCountsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];

    [Fact]
    public void Is_told_at_once_and_then_once_a_minute_with_counts_and_the_last_sender()
    {
        PushCounts counts = new(_time, new Lines(_lines));
        for (int second = 0; second < 100; second++)
        {
            counts.Add(second % 2 == 0 ? "forged" : "late", IPAddress.Parse($"192.0.2.{second}"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        counts.Dispose();
        counts.Dispose();

        _lines.ShouldBe(
        [
            "Pushes not taken: 1 forged. The last one came from 192.0.2.0",
            "Pushes not taken: 30 late; 29 forged. The last one came from 192.0.2.59",
            "Pushes not taken: 20 forged; 20 late. The last one came from 192.0.2.99",
        ]);
    }

    private sealed class Lines(List<string> lines) : ILogger<PushCounts>
    {
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Add(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
