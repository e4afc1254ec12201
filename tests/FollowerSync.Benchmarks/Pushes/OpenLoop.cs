using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using FollowerSync.IntegrationTests.Push;

namespace FollowerSync.Benchmarks.Pushes;

/// <summary>Sends at a rate, whether answers come or not, as WeChat does. Times count from when a push was due, so that what waits to be sent is not forgotten.</summary>
internal sealed class OpenLoop(Uri address) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 512 }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentBag<double> _milliseconds = [];
    private int _notAnswered;
    private int _next;

    /// <summary>How many were answered with 200.</summary>
    public int Answered => _milliseconds.Count;

    /// <summary>One line for people.</summary>
    public async Task<string> RunAsync(int perSecond, TimeSpan duration)
    {
        long start = TimeProvider.System.GetTimestamp();
        List<Task> sent = [];
        using PeriodicTimer timer = new(Tick);
        while (sent.Count < perSecond * duration.TotalSeconds)
        {
            await timer.WaitForNextTickAsync();
            TimeSpan now = TimeProvider.System.GetElapsedTime(start);
            while (sent.Count < Math.Min(perSecond * now.TotalSeconds, perSecond * duration.TotalSeconds))
                sent.Add(SendAsync(start, TimeSpan.FromSeconds((double)sent.Count / perSecond)));
        }

        await Task.WhenAll(sent);
        double[] sorted = [.. _milliseconds.Order()];
        double At(double share) => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];
        return string.Create(CultureInfo.InvariantCulture, $"{sent.Count:N0} sent, {sorted.Length:N0} answered 200, {_notAnswered:N0} not; ms p50 {At(0.5):N0}, p90 {At(0.9):N0}, p99 {At(0.99):N0}, longest {At(1):N0}");
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(long start, TimeSpan due)
    {
        SignedPush push = SignedPush.Safe(PushKeys.Brand, SignedPush.Event(string.Create(CultureInfo.InvariantCulture, $"oBench_{Interlocked.Increment(ref _next):00000000}-abcdefghijk"), "subscribe"));
        try
        {
            using StringContent content = new(push.Body, Encoding.UTF8, "text/xml");
            using HttpResponseMessage answer = await _client.PostAsync(new Uri($"{address.GetLeftPart(UriPartial.Path)}?{push.Query}"), content);
            if (answer.IsSuccessStatusCode)
                _milliseconds.Add((TimeProvider.System.GetElapsedTime(start) - due).TotalMilliseconds);
            else
                Interlocked.Increment(ref _notAnswered);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Interlocked.Increment(ref _notAnswered);
        }
    }
}
