using System.Text;

namespace FollowerSync.Logging;

/// <summary>
/// Replaces secrets in text that leaves the program or is stored: the registered ones wherever they stand, in whatever encoding and wherever they were cut
/// (<see cref="SecretIndex"/>), and what looks like one (<see cref="SecretPatterns"/>). The last net under every log line, error message and page;
/// code above it does not write secrets at all.
/// </summary>
internal sealed class SecretMask
{
    public const string Replacement = "***";

    /// <summary>Shorter secrets are not replaced by value, or ordinary words would vanish; their patterns still are.</summary>
    public const int ShortestReplaced = 4;

    // The token that works, and the one before it, which works for some minutes more.
    private const int TokensOfAccount = 2;

    // Those that were replaced before their end: weeks of one account's.
    private const int TokensBesides = 256;

    private readonly Lock _lock = new();
    private readonly SecretIndex _index = new();
    private readonly HashSet<string> _lasting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);
    private readonly HashSet<string> _appIds = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldest = new();

    /// <summary>Masks a secret for as long as the program runs: an AppSecret, a password, a bearer.</summary>
    public void Register(string? secret)
    {
        if (!IsReplaced(secret))
            return;
        lock (_lock)
        {
            if (_lasting.Add(secret!))
                _index.Add(secret!);
        }
    }

    /// <summary>Leaves an AppId as it is wherever it stands, though a secret may have letters in common with it: people tell accounts apart by it. The tokens of
    /// the account find room.</summary>
    public void RegisterAppId(string appId)
    {
        lock (_lock)
        {
            if (_appIds.Add(appId))
                _index.AddPublic(appId);
        }
    }

    /// <summary>Masks an access token; the oldest of many are forgotten, as they have expired.</summary>
    public void RegisterToken(string? token)
    {
        if (!IsReplaced(token))
            return;
        lock (_lock)
        {
            if (!_tokens.Add(token!))
                return;
            _index.Add(token!);
            _oldest.Enqueue(token!);
            while (_oldest.Count > TokensBesides + (TokensOfAccount * _appIds.Count))
                Forget(_oldest.Dequeue());
        }
    }

    /// <summary>The text without secrets, nicknames and the queries of addresses.</summary>
    public string Mask(string text)
    {
        List<Range> places = [];
        lock (_lock)
        {
            foreach (DecodedText level in DecodedText.LevelsOf(text))
                _index.Find(level, places);
        }

        return SecretPatterns.Mask(places.Count == 0 ? text : Replace(text, places));
    }

    private void Forget(string token)
    {
        _tokens.Remove(token);
        _index.Remove(token);
    }

    private static bool IsReplaced(string? secret) => secret is { Length: >= ShortestReplaced };

    private static string Replace(string text, List<Range> places)
    {
        StringBuilder masked = new(text.Length);
        int done = 0;
        int end = -1;
        foreach (Range place in places.OrderBy(p => p.Start.Value))
        {
            // Pieces of one secret overlap or touch: they are one place.
            if (place.Start.Value > end)
            {
                masked.Append(text, done, place.Start.Value - done).Append(Replacement);
                done = place.Start.Value;
            }

            end = Math.Max(end, place.End.Value);
            done = end;
        }

        return masked.Append(text, done, text.Length - done).ToString();
    }
}
