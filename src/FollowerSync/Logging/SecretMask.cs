using System.Collections.Immutable;
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
    private ImmutableList<string> _lasting = [];
    private ImmutableList<string> _tokens = [];
    private ImmutableList<string> _appIds = [];
    private volatile SecretIndex? _index;

    /// <summary>Masks a secret for as long as the program runs: an AppSecret, a password, a bearer.</summary>
    public void Register(string? secret)
    {
        if (IsReplaced(secret) && ImmutableInterlocked.Update(ref _lasting, known => known.Contains(secret!) ? known : known.Add(secret!)))
            Outdate();
    }

    /// <summary>Leaves an AppId as it is wherever it stands, though a secret may have letters in common with it: people tell accounts apart by it. The tokens of
    /// the account find room.</summary>
    public void RegisterAppId(string appId)
    {
        if (ImmutableInterlocked.Update(ref _appIds, known => known.Contains(appId) ? known : known.Add(appId)))
            Outdate();
    }

    /// <summary>Masks an access token; the oldest of many are forgotten, as they have expired.</summary>
    public void RegisterToken(string? token)
    {
        if (IsReplaced(token) && ImmutableInterlocked.Update(ref _tokens, known => known.Contains(token!) ? known : Newest(known.Add(token!))))
            Outdate();
    }

    /// <summary>The text without secrets, nicknames and the queries of addresses.</summary>
    public string Mask(string text)
    {
        SecretIndex index = _index ?? Build();
        List<Range> places = [];
        foreach (DecodedText level in DecodedText.LevelsOf(text))
            index.Find(level, places);
        return SecretPatterns.Mask(places.Count == 0 ? text : Replace(text, places));
    }

    private SecretIndex Build()
    {
        lock (_lock)
            return _index ??= new SecretIndex(_lasting.Concat(_tokens), _appIds);
    }

    // Waits for an index that is being built: it does not have what was registered meanwhile, and must not stay.
    private void Outdate()
    {
        lock (_lock)
            _index = null;
    }

    private ImmutableList<string> Newest(ImmutableList<string> tokens) =>
        tokens.RemoveRange(0, Math.Max(0, tokens.Count - TokensBesides - (TokensOfAccount * _appIds.Count)));

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
