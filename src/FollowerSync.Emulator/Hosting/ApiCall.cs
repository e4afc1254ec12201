using System.Text.Json;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.Emulator.Hosting;

/// <summary>One call on its way through the emulator: what was asked, by whom, and the answer as far as it is written.</summary>
internal sealed class ApiCall(HttpContext context) : IDisposable
{
    private const int UsualRequest = 8 * 1024;
    private const int UsualAnswer = 64 * 1024;

    private JsonDocument? _json;

    public HttpContext Context => context;

    public string Path { get; } = context.Request.Path.Value ?? "/";

    public bool IsGet { get; } = HttpMethods.IsGet(context.Request.Method);

    public bool IsPost { get; } = HttpMethods.IsPost(context.Request.Method);

    public BodyBuffer Request { get; } = new(UsualRequest);

    public BodyBuffer Answer { get; } = new(UsualAnswer);

    /// <summary>The account of the token, or the one named by <c>appid</c>; null while unknown.</summary>
    public EmulatedAccount? Owner { get; set; }

    public EmulatedAccount Account => Owner ?? throw new InvalidOperationException($"{Path} was answered without an account.");

    /// <summary>The faults that this call is to suffer.</summary>
    public IReadOnlyList<FaultRule> Faults { get; set; } = [];

    /// <summary>Whether the emulator has such an endpoint; counters keep no other paths.</summary>
    public bool IsKnownPath { get; set; }

    /// <summary>Which page of a list was asked for, 1 without a cursor; 0 for other calls and unknown cursors.</summary>
    public int Page { get; set; }

    /// <summary>Type of the answer.</summary>
    public string ContentType { get; set; } = "application/json; encoding=utf-8";

    public int OpenIds { get; set; }

    public int ErrCode { get; set; }

    public string? Rid { get; set; }

    /// <summary>The JSON body; valid once <see cref="TryReadJson"/> has said so.</summary>
    public JsonElement Json => _json!.RootElement;

    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var values) ? values[0] : null;

    public FaultRule? Fault(FaultKind kind)
    {
        foreach (FaultRule rule in Faults)
        {
            if (rule.Fault == kind)
                return rule;
        }
        return null;
    }

    public bool TryReadJson()
    {
        try
        {
            _json ??= JsonDocument.Parse(Request.Written);
            return _json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A text of the JSON body; null when it is missing, something else, or holds half a surrogate pair.</summary>
    public string? Field(string name)
    {
        if (!Json.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _json?.Dispose();
        Request.Dispose();
        Answer.Dispose();
    }
}
