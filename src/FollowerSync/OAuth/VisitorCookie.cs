using System.Globalization;
using System.Security.Cryptography;

namespace FollowerSync.OAuth;

/// <summary>Binds a state to the browser it was made for, and carries what the page wants to have back; the state's signature covers it whole.</summary>
/// <param name="Nonce">Nonce of the state.</param>
/// <param name="Value">Random digits and, behind a point, the page's own state.</param>
internal sealed record VisitorCookie(byte[] Nonce, string Value)
{
    private const int SecretLength = 16;

    /// <summary>So many visits may be under way in one browser at once without treading on each other; more would make the header of its requests too long.</summary>
    private const int Slots = 64;

    public static VisitorCookie Make(string visitorState)
    {
        string secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength));
        return new VisitorCookie(RandomNumberGenerator.GetBytes(AuthorizationState.NonceLength), visitorState.Length == 0 ? secret : $"{secret}.{visitorState}");
    }

    /// <summary>The page's own state; empty = none. Only to be asked once the state's signature is proven.</summary>
    public static string VisitorStateOf(string value) => value.Length > (2 * SecretLength) + 1 ? value[((2 * SecretLength) + 1)..] : "";

    public static string NameFor(byte[] nonce) => string.Create(CultureInfo.InvariantCulture, $"fs_oauth_{nonce[0] % Slots}");

    public void Set(HttpResponse response, AuthorizingAccount account) => Append(response, account, NameFor(Nonce), Value, StateSigner.Life);

    /// <summary>The value the browser has for a nonce; null = none.</summary>
    public static string? Read(HttpRequest request, byte[] nonce) => request.Cookies[NameFor(nonce)];

    public static void Clear(HttpResponse response, AuthorizingAccount account, byte[] nonce) => Append(response, account, NameFor(nonce), "", TimeSpan.Zero);

    // Lax: the visitor comes back from WeChat by a link, and no other site's request may bring it.
    private static void Append(HttpResponse response, AuthorizingAccount account, string name, string value, TimeSpan life) => response.Headers.Append(
        "Set-Cookie", string.Create(CultureInfo.InvariantCulture, $"{name}={value}; Max-Age={life.TotalSeconds:0}; Path={account.Path}; HttpOnly; Secure; SameSite=Lax"));
}
