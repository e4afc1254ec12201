using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>A provider of OpenID Connect for one page and one person, made of nothing but what the standard says: it proves who asks, and can answer what none should.</summary>
internal sealed class StandInProvider : IAsyncDisposable
{
    public const string ClientId = "followersync-page";
    public const string ClientSecret = "the client secret of the tests";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _foreignKey = RSA.Create(2048);
    private readonly WebApplication _app = LoopbackServer.Create();
    private readonly Dictionary<string, IQueryCollection> _codes = new(StringComparer.Ordinal);

    private StandInProvider()
    {
    }

    public string Issuer => _app.Urls.First();

    /// <summary>Who signs in.</summary>
    public Dictionary<string, object> Person { get; } = new(StringComparer.Ordinal);

    /// <summary>What is told of the person beside the token.</summary>
    public Dictionary<string, object> PersonInfo { get; } = new(StringComparer.Ordinal);

    public bool IsAway { get; set; }

    /// <summary>Whether the person says no.</summary>
    public bool IsDenied { get; set; }

    /// <summary>What is wrong with the next tokens.</summary>
    public Wrong Wrong { get; set; }

    /// <summary>How the page asked last.</summary>
    public IQueryCollection Asked { get; private set; } = new QueryCollection();

    /// <summary>How often the page announced somebody by a call of its own.</summary>
    public int Pushed { get; private set; }

    /// <summary>Every code and token that was given.</summary>
    public List<string> Given { get; } = [];

    public static async Task<StandInProvider> StartAsync()
    {
        StandInProvider provider = new();
        provider.Map();
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _foreignKey.Dispose();
    }

    private void Map()
    {
        _app.Use(next => http =>
        {
            if (!IsAway)
                return next(http);
            http.Abort();
            return Task.CompletedTask;
        });
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["userinfo_endpoint"] = $"{Issuer}/userinfo",
            ["jwks_uri"] = $"{Issuer}/keys",
            ["pushed_authorization_request_endpoint"] = $"{Issuer}/par",
        }));
        _app.MapGet("/keys", Keys);
        _app.MapPost("/par", () =>
        {
            Pushed++;
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        });
        _app.MapGet("/authorize", (HttpContext http) => Authorize(http.Request.Query));
        _app.MapPost("/token", async (HttpContext http, CancellationToken cancellationToken) => Token(await http.Request.ReadFormAsync(cancellationToken)));
        _app.MapGet("/userinfo", (HttpContext http) => Given.Contains(http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal))
            ? Results.Json(PersonInfo.Append(new("sub", Person["sub"])).ToDictionary(StringComparer.Ordinal)) : Results.Unauthorized());
    }

    private IResult Keys()
    {
        RSAParameters key = _key.ExportParameters(includePrivateParameters: false);
        return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "one", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } });
    }

    private IResult Authorize(IQueryCollection asked)
    {
        Asked = asked;
        if (asked["client_id"] != ClientId || asked["response_type"] != "code" || asked["code_challenge_method"] != "S256" || asked["nonce"].Count == 0)
            return Results.BadRequest();
        string code = NewSecret();
        _codes[code] = asked;
        return Results.Redirect(QueryHelpers.AddQueryString(asked["redirect_uri"]!, IsDenied
            ? new Dictionary<string, string?>(StringComparer.Ordinal) { ["error"] = "access_denied", ["state"] = asked["state"] }
            : new Dictionary<string, string?>(StringComparer.Ordinal) { ["code"] = code, ["state"] = asked["state"] }));
    }

    private IResult Token(IFormCollection asked)
    {
        if (asked["client_id"] != ClientId || asked["client_secret"] != ClientSecret)
            return Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);
        string challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(asked["code_verifier"].ToString())));
        if (!_codes.Remove(asked["code"]!, out IQueryCollection? begun) || begun["redirect_uri"] != asked["redirect_uri"] || begun["code_challenge"] != challenge)
            return Results.BadRequest(new { error = "invalid_grant" });
        return Results.Json(new { access_token = NewSecret(), token_type = "Bearer", expires_in = 300, id_token = IdToken(begun["nonce"]!) });
    }

    private string IdToken(string nonce)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow() - (Wrong == Wrong.Expired ? TimeSpan.FromMinutes(15) : TimeSpan.Zero);
        Dictionary<string, object> claims = new(Person, StringComparer.Ordinal)
        {
            ["iss"] = Wrong == Wrong.Issuer ? "https://other.example" : Issuer,
            ["aud"] = Wrong == Wrong.Audience ? "another-page" : ClientId,
            ["nonce"] = Wrong == Wrong.Nonce ? nonce + "x" : nonce,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        string algorithm = Wrong == Wrong.AlgorithmNone ? "none" : "RS256";
        string text = $"{Part(new { alg = algorithm, typ = "JWT", kid = "one" })}.{Part(claims)}";
        byte[] signature = Wrong is Wrong.AlgorithmNone or Wrong.NoSignature
            ? [] : (Wrong == Wrong.Key ? _foreignKey : _key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Given.Add($"{text}.{Base64Url.EncodeToString(signature)}");
        return Given[^1];
    }

    private string NewSecret()
    {
        Given.Add(RandomNumberGenerator.GetHexString(40));
        return Given[^1];
    }

    private static string Part(object content) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content));
}

/// <summary>What can be wrong with a token.</summary>
public enum Wrong
{
    Nothing,
    Nonce,
    Issuer,
    Audience,
    Expired,
    Key,
    AlgorithmNone,
    NoSignature,
}
