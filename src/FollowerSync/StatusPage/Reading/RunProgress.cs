using System.Text.Json.Serialization;

namespace FollowerSync.StatusPage.Reading;

/// <summary>How far a run is that goes on now.</summary>
internal sealed record RunProgress
{
    public string AppId { get; init; } = "";

    public long RunId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public RunStage Stage { get; init; }

    /// <summary>People listed so far; from <see cref="RunStage.Asking"/> on those who were looked at, by earlier runs of the round too.</summary>
    public long Done { get; init; }

    /// <summary>People to list, as WeChat says; from <see cref="RunStage.Asking"/> on those to look at. 0 = not known yet.</summary>
    public long Total { get; init; }

    /// <summary>Those of <see cref="Done"/> whom this run did itself; 0 = nobody knows.</summary>
    [JsonIgnore]
    public long Own { get; init; }

    /// <summary>When it began with them.</summary>
    [JsonIgnore]
    public DateTimeOffset Since { get; init; }

    /// <summary>By the database's clock.</summary>
    [JsonIgnore]
    public DateTimeOffset Now { get; init; }

    /// <summary>0 to 100.</summary>
    public double Percent => Total <= 0 ? 0 : Math.Round(Math.Clamp(100.0 * Done / Total, 0, 100), 1);

    /// <summary>People a second so far, by this run; 0 = none, or nobody can tell.</summary>
    public double Rate => Math.Round(PerSecond, 1);

    /// <summary>Seconds until everybody is looked at if it goes on so; null = nobody can tell.</summary>
    public long? SecondsLeft => Stage == RunStage.Asking && PerSecond > 0 && Total > Done ? (long)((Total - Done) / PerSecond) : null;

    private double PerSecond => Stage is RunStage.Listing or RunStage.Asking && Now > Since ? Own / (Now - Since).TotalSeconds : 0;
}

/// <summary>What a run does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStage>))]
internal enum RunStage
{
    /// <summary>It reads the list.</summary>
    Listing,

    /// <summary>It asks for profiles; of an account that is new while the list is still being read.</summary>
    Asking,

    /// <summary>It asks about those who are missing from the list.</summary>
    Confirming,

    /// <summary>It marks who has gone, and counts.</summary>
    Closing,
}
