using System.Text.Json;
using FollowerSync.IntegrationTests.Push;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>Chromium, started once.</summary>
internal sealed class PageBrowser : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly NodePeer _peer = NodePeer.Start("browser.js");

    /// <param name="asked">What to open, and how.</param>
    /// <param name="meanwhile">Done when the page is open, of one that waits for a text.</param>
    public async Task<Seen> LookAsync(Look asked, Func<Task>? meanwhile = null)
    {
        string answer = await _peer.AskAsync(JsonSerializer.Serialize(asked, Json));
        if (asked.Until is not null && answer == "{}")
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            answer = await _peer.ReadAsync();
        }

        Seen seen = JsonSerializer.Deserialize<Seen>(answer, Json)!;
        seen.Failure.ShouldBeNull();
        return seen;
    }

    public void Dispose() => _peer.Dispose();
}

/// <summary>What to open, and how.</summary>
internal sealed record Look(Uri Url)
{
    public int Width { get; init; } = 1440;

    public int Height => Width < 500 ? 844 : 900;

    public string Theme { get; init; } = "light";

    public string Language { get; init; } = "en";

    public bool Script { get; init; } = true;

    public bool Axe { get; init; }

    /// <summary>What to press, one page after the other.</summary>
    public string[] Press { get; init; } = [];

    /// <summary>Whether to point at the first chart, zoom in and point again.</summary>
    public bool Point { get; init; }

    /// <summary>Whether to refuse the first stream of progress, and wait until the page loads itself again.</summary>
    public bool RefuseProgress { get; init; }

    /// <summary>A text to wait for.</summary>
    public string? Until { get; init; }

    /// <summary>Where to put a picture.</summary>
    public string? Picture { get; init; }
}

/// <summary>What was seen.</summary>
internal sealed record Seen
{
    public string? Failure { get; init; }

    public int Status { get; init; }

    public string Address { get; init; } = "";

    public string Text { get; init; } = "";

    public string Html { get; init; } = "";

    public string Background { get; init; } = "";

    public bool Overflows { get; init; }

    public string[] Followers { get; init; } = [];

    /// <summary>What the chart said where it was pointed at.</summary>
    public string[] Pointed { get; init; } = [];

    public string[] Errors { get; init; } = [];

    public string[] Elsewhere { get; init; } = [];

    public string[] Violations { get; init; } = [];

    public string[] Axe { get; init; } = [];
}
