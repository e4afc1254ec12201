using FollowerSync.Languages;

namespace FollowerSync.StatusPage.Reading;

/// <summary>A row of <c>followersync.page_actions</c>.</summary>
internal sealed record PageAction
{
    public long ActionId { get; init; }

    public string Action { get; init; } = "";

    public string AppId { get; init; } = "";

    /// <summary>Name of the account.</summary>
    public string Name { get; init; } = "";

    public long? RunId { get; init; }

    public string Actor { get; init; } = "";

    public string Address { get; init; } = "";

    public string Node { get; init; } = "";

    public DateTimeOffset AskedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? Outcome { get; init; }

    /// <summary>Numbers by name, as JSON.</summary>
    public string? Result { get; init; }

    public Sentence? Error { get; init; }
}
