using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Settings;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sharing;

/// <summary>The caches that tokens are written to for other programs. No run ever waits for them.</summary>
internal sealed class TokenMirrors : IAsyncDisposable
{
    // A verb that ends at once after it fetched a token lets the mirrors have it.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly MirrorLine[] _lines;
    private readonly TimeProvider _time;

    public TokenMirrors(IOptions<TokenOptions> options, RedisCaches caches, SecretSettings settings, MirrorWriter writer, TimeProvider time, ILogger<TokenMirrors> logger)
    {
        _time = time;
        _lines = [.. options.Value.Mirrors.Select((mirror, index) => new MirrorLine(
            new TokenMirror(mirror, caches, () => Connection(settings, mirror, index), settings.ReadAgain, time), writer, logger, _stopping.Token))];
    }

    public IEnumerable<TokenMirror> All => _lines.Select(line => line.Mirror);

    /// <summary>Brings the mirrors into step with what is stored of these accounts; returns at once.</summary>
    public void Announce(params IReadOnlyList<AccountOptions> accounts)
    {
        foreach (MirrorLine line in _lines)
            line.Enter(accounts);
    }

    /// <summary>Waits until nothing is under way.</summary>
    public Task QuietAsync() => Task.WhenAll(_lines.Select(line => line.Work));

    public async ValueTask DisposeAsync()
    {
        await QuietAsync().WaitAsync(LastWords, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync();
        await QuietAsync().WaitAsync(LastWords, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    // Only the login of a connection may be another one than at the start; where it leads to stays.
    private static string Connection(SecretSettings settings, TokenMirrorOptions mirror, int index)
    {
        IConfigurationSection[] now = [.. settings.Current.GetSection($"{TokenOptions.Section}:{nameof(TokenOptions.Mirrors)}").GetChildren()];
        return index < now.Length && now[index][nameof(TokenMirrorOptions.Connection)] is { } newer
            && RedisAddress.Broken(newer) is null && RedisAddress.Shown(newer) == RedisAddress.Shown(mirror.Connection) ? newer : mirror.Connection;
    }
}
