using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>Several senders that push one message after another, and remember who was answered <c>success</c>.</summary>
internal sealed class PushBurst(Uri listener, PushKeys keys)
{
    private const int Senders = 16;

    private readonly ConcurrentBag<string> _answered = [];
    private int _next;

    /// <summary>Openids for whom <c>success</c> was answered.</summary>
    public IReadOnlyCollection<string> Answered => _answered;

    /// <summary>Sends until the token is cancelled; whatever does not answer is not counted.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() => SendAsync(stop), CancellationToken.None)));

    private async Task SendAsync(CancellationToken stop)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(10) };
        while (!stop.IsCancellationRequested)
        {
            string openId = string.Create(CultureInfo.InvariantCulture, $"oBurst_{Interlocked.Increment(ref _next):0000000}");
            SignedPush push = SignedPush.Safe(keys, SignedPush.Event(openId, "subscribe"));
            try
            {
                using StringContent content = new(push.Body, Encoding.UTF8, "text/xml");
                using HttpResponseMessage answer = await client.PostAsync(new Uri(listener, $"/wechat/{keys.AppId}?{push.Query}"), content, CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.OK && await answer.Content.ReadAsStringAsync(CancellationToken.None) == "success")
                    _answered.Add(openId);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
            {
                // The other side died.
            }
        }
    }
}
