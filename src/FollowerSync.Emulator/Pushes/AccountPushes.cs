using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Channels;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Pushes;

/// <summary>Pushes the events of an account: those of its people by themselves, and what a test sends. With WeChat's habits: a message is sent up to three times
/// until it is answered, encrypted anew each time, in no certain order.</summary>
public sealed class AccountPushes : IAsyncDisposable
{
    private readonly EmulatedPushOptions _options;
    private readonly TimeProvider _time;
    private readonly PushCipher _cipher;
    private readonly string _accountName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Channel<PushEvent> _queue = Channel.CreateUnbounded<PushEvent>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private long _queued;
    private long _settled;
    private long _answered;
    private long _lost;
    private long _number;

    internal AccountPushes(string appId, EmulatedPushOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _cipher = new PushCipher(appId, options.Token, options.EncodingAesKey);
        _accountName = $"gh_{appId[2..14]}";
        _sending = SendAllAsync();
    }

    /// <summary>Events that happened and were to be pushed.</summary>
    public long Queued => Volatile.Read(ref _queued);

    /// <summary>Those of them that were answered, so that WeChat counts them as taken.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Those of them that were never sent, or given up after the last attempt.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Whether nothing waits to be sent.</summary>
    public bool IsIdle => Volatile.Read(ref _settled) == Queued;

    /// <summary>Pushes an event behind those that wait; comes back at once.</summary>
    public void Queue(PushEvent pushed)
    {
        ArgumentNullException.ThrowIfNull(pushed);
        PushEvent stamped = pushed with { CreateTime = pushed.CreateTime ?? _time.GetUtcNow().ToUnixTimeSeconds() };
        Interlocked.Increment(ref _queued);
        _queue.Writer.TryWrite(stamped);
    }

    /// <summary>Sends an event now, until it is answered or given up.</summary>
    public async Task<PushResult> SendAsync(PushEvent pushed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pushed);
        string message = PushMessage.Of(_accountName, pushed, pushed.CreateTime ?? _time.GetUtcNow().ToUnixTimeSeconds());
        PushResult result = new(IsAnswered: false, 0, null, "");
        while (!result.IsAnswered && result.Attempts < _options.Attempts)
        {
            Task pause = Task.Delay(_options.Timeout, _time, cancellationToken);
            result = await TryAsync(message, result.Attempts + 1, cancellationToken);
            if (!result.IsAnswered && result.Attempts < _options.Attempts)
                await pause;
        }
        return result;
    }

    /// <summary>What the console does when a server configuration is saved: asks the URL, which proves by its answer that it knows the token.</summary>
    public async Task<bool> CheckUrlAsync(CancellationToken cancellationToken)
    {
        string echo = Nonce();
        using HttpResponseMessage answer = await _http.GetAsync(new Uri($"{_options.Url}?{Signed()}&echostr={echo}"), cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK && await answer.Content.ReadAsStringAsync(cancellationToken) == echo;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _queue.Writer.TryComplete();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private Task SendAllAsync() => Parallel.ForEachAsync(
        _queue.Reader.ReadAllAsync(_stop.Token),
        new ParallelOptions { MaxDegreeOfParallelism = _options.InFlight, CancellationToken = _stop.Token },
        async (pushed, cancellationToken) =>
        {
            await SettleAsync(pushed, Interlocked.Increment(ref _number), cancellationToken);
            Interlocked.Increment(ref _settled);
        });

    private async Task SettleAsync(PushEvent pushed, long number, CancellationToken cancellationToken)
    {
        ulong draw = SeededHash.Of((ulong)number, pushed.CreateTime ?? 0, 0x70);
        if (_options.LongestDelay > TimeSpan.Zero)
            await Task.Delay(_options.LongestDelay * Share(draw, 0), _time, cancellationToken);
        if (Share(draw, 20) * 100 < _options.LostPercent)
        {
            Interlocked.Increment(ref _lost);
            return;
        }

        PushResult result = await SendAsync(pushed, cancellationToken);
        Interlocked.Increment(ref (result.IsAnswered ? ref _answered : ref _lost));
        if (Share(draw, 40) * 100 < _options.DuplicatePercent)
            await SendAsync(pushed, cancellationToken);
    }

    private static double Share(ulong draw, int shift) => ((draw >> shift) & 0xfffff) / (double)0x100000;

    private async Task<PushResult> TryAsync(string message, int attempt, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.Timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        string encrypted = _options.Mode == PushMode.Plain ? "" : _cipher.Encrypt(message);
        using StringContent body = new(PushMessage.Body(message, _accountName, _options.Mode, encrypted), Encoding.UTF8, "text/xml");
        try
        {
            using HttpResponseMessage answer = await _http.PostAsync(new Uri($"{_options.Url}?{Signed(encrypted)}"), body, either.Token);
            string text = await answer.Content.ReadAsStringAsync(either.Token);
            return new PushResult(answer.StatusCode == HttpStatusCode.OK && IsTaken(text), attempt, (int)answer.StatusCode, text);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && timeout.IsCancellationRequested))
        {
            return new PushResult(IsAnswered: false, attempt, null, exception.Message);
        }
    }

    // What says neither that it is done nor what to reply to the person, WeChat repeats.
    private static bool IsTaken(string answer) => answer is "" or "success" || answer.StartsWith("<xml>", StringComparison.Ordinal);

    private string Signed(string encrypted = "")
    {
        string timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string nonce = Nonce();
        string query = $"signature={_cipher.Sign(timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}";
        return encrypted.Length == 0 ? query : $"{query}&encrypt_type=aes&msg_signature={_cipher.Sign(timestamp, nonce, encrypted)}";
    }

    private static string Nonce() => Random.Shared.NextInt64(100_000_000, 10_000_000_000).ToString(CultureInfo.InvariantCulture);
}
