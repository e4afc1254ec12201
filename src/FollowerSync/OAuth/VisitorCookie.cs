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

    /// <summary>Cookies that are left to grow; with the longest values they fit twice into the 8 kB that nginx takes.</summary>
    private const int MostUnfinished = 20;

    private const string Prefix = "fs_oauth_";

    // Whoever comes back may do so again at once.
    private static readonly TimeSpan LifeOnceBack = TimeSpan.FromMinutes(1);

    public static VisitorCookie Make(string visitorState)
    {
        string secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength));
        return new VisitorCookie(RandomNumberGenerator.GetBytes(AuthorizationState.NonceLength), visitorState.Length == 0 ? secret : $"{secret}.{visitorState}");
    }

    /// <summary>The page's own state; empty = none. Only to be asked once the state's signature is proven.</summary>
    public string VisitorState => Value.Length > (2 * SecretLength) + 1 ? Value[((2 * SecretLength) + 1)..] : "";

    public static string NameFor(byte[] nonce) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{nonce[0] % Slots}");

    public void Set(HttpResponse response, AuthorizingAccount account) => Append(response, account, NameFor(Nonce), Value, StateSigner.Life);

    /// <summary>The values the browser has for a nonce. There may be several: a neighbouring host can put one of the same name beside ours, and the signature
    /// tells which is ours.</summary>
    public static IEnumerable<string> Read(HttpRequest request, byte[] nonce) =>
        request.GetTypedHeaders().Cookie.Where(cookie => cookie.Name == NameFor(nonce) && cookie.Value.Length > 0).Select(cookie => cookie.Value.ToString());

    /// <summary>Takes the cookies of visits away that were never finished, when there are so many that reverse proxies would soon refuse the browser's requests.</summary>
    public static void ClearPile(HttpContext context, AuthorizingAccount account)
    {
        string[] names = [.. context.Request.Cookies.Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))];
        if (names.Length >= MostUnfinished)
            foreach (string name in names)
                Append(context.Response, account, name, "", TimeSpan.Zero);
    }

    public void EndSoon(HttpResponse response, AuthorizingAccount account) => Append(response, account, NameFor(Nonce), Value, LifeOnceBack);

    // Lax: the visitor comes back from WeChat by a link, and no other site's request may bring it.
    private static void Append(HttpResponse response, AuthorizingAccount account, string name, string value, TimeSpan life) => response.Headers.Append(
        "Set-Cookie", string.Create(CultureInfo.InvariantCulture, $"{name}={value}; Max-Age={life.TotalSeconds:0}; Path={account.Path}; HttpOnly; Secure; SameSite=Lax"));
}
