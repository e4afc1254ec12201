namespace FollowerSync.Emulator.Tokens;

/// <summary>The tokens of one endpoint, the latest last. Old ones are remembered a while, to tell an expired token from a made-up one.</summary>
internal sealed class TokenFamily
{
    private const int Remembered = 64;

    private readonly List<IssuedToken> _tokens = [];

    public IssuedToken? Latest => _tokens.Count == 0 ? null : _tokens[^1];

    public int Issued { get; private set; }

    /// <summary>The texts of those remembered.</summary>
    public IEnumerable<string> Texts => _tokens.Select(token => token.Text);

    public IssuedToken Issue(DateTimeOffset expiresAt, DateTimeOffset previousEndsAt)
    {
        if (Latest is { } previous && previous.ReplacedAt > previousEndsAt)
            previous.ReplacedAt = previousEndsAt;
        if (_tokens.Count == Remembered)
            _tokens.RemoveAt(0);
        _tokens.Add(new IssuedToken(expiresAt));
        Issued++;
        return _tokens[^1];
    }

    public TokenFate FateOf(string token, DateTimeOffset now)
    {
        foreach (IssuedToken issued in _tokens)
        {
            if (string.Equals(issued.Text, token, StringComparison.Ordinal))
                return issued.FateAt(now);
        }
        return TokenFate.Unknown;
    }

    /// <summary>Ends all tokens at once, as time would.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (IssuedToken issued in _tokens.Where(token => token.ExpiresAt > now))
            issued.ExpiresAt = now;
    }

    /// <summary>Ends all tokens at once, as a newer token would after the overlap.</summary>
    public void Replace(DateTimeOffset now)
    {
        foreach (IssuedToken issued in _tokens.Where(token => token.ReplacedAt > now))
            issued.ReplacedAt = now;
    }
}
