using System.Collections.Immutable;
using System.Text.Encodings.Web;

namespace FollowerSync.Logging;

/// <summary>
/// Replaces secrets in text that leaves the program: the registered ones wherever they stand, and what looks like one
/// (<see cref="SecretPatterns"/>). The last net under every log line, error message and page; code above it does not log secrets at all.
/// </summary>
internal sealed class SecretMask
{
    public const string Replacement = "***";

    /// <summary>Shorter secrets are not replaced by value, or ordinary words would vanish; their patterns still are.</summary>
    public const int ShortestReplaced = 4;

    // A token lives two hours; this many are months of one account's and hours of many accounts'.
    private const int TokensKept = 256;

    private ImmutableList<string> _lasting = [];
    private ImmutableList<string> _tokens = [];

    /// <summary>Masks a secret for as long as the program runs: an AppSecret, a password, a bearer.</summary>
    public void Register(string? secret)
    {
        foreach (string form in Forms(secret))
            ImmutableInterlocked.Update(ref _lasting, known => known.Contains(form) ? known : Longest(known.Add(form)));
    }

    /// <summary>Masks an access token; the oldest of many are forgotten, as they have expired.</summary>
    public void RegisterToken(string? token)
    {
        foreach (string form in Forms(token))
            ImmutableInterlocked.Update(ref _tokens, known => known.Contains(form) ? known : Newest(known.Add(form)));
    }

    /// <summary>The text without secrets, nicknames and the queries of addresses.</summary>
    public string Mask(string text)
    {
        foreach (string secret in _lasting)
            text = text.Replace(secret, Replacement, StringComparison.Ordinal);
        foreach (string token in _tokens)
            text = text.Replace(token, Replacement, StringComparison.Ordinal);
        return SecretPatterns.Mask(text);
    }

    private static IEnumerable<string> Forms(string? secret) =>
        secret is null || secret.Length < ShortestReplaced ? [] : Escaped(secret).Distinct(StringComparer.Ordinal);

    // A secret appears as it is, escaped in an address, quoted by Serilog, and any of these within JSON.
    private static IEnumerable<string> Escaped(string secret)
    {
        string quoted = secret.Replace("\"", "\\\"", StringComparison.Ordinal);
        yield return secret;
        yield return quoted;
        yield return Uri.EscapeDataString(secret);
        foreach (JavaScriptEncoder encoder in new[] { JavaScriptEncoder.Default, JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        {
            yield return encoder.Encode(secret);
            yield return encoder.Encode(quoted);
        }
    }

    // A secret that begins with another one must go first, or its rest would stay.
    private static ImmutableList<string> Longest(ImmutableList<string> secrets) =>
        secrets.Sort((left, right) => right.Length.CompareTo(left.Length));

    private static ImmutableList<string> Newest(ImmutableList<string> tokens) =>
        tokens.Count > TokensKept ? tokens.RemoveRange(0, tokens.Count - TokensKept) : tokens;
}
