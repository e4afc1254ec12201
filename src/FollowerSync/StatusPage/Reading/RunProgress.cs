using System.Text.Json.Serialization;

namespace FollowerSync.StatusPage.Reading;

/// <summary>How far a run is that goes on now.</summary>
internal sealed record RunProgress
{
    public string AppId { get; init; } = "";

    public long RunId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether the list is being read; else people are being asked about.</summary>
    public bool IsListing { get; init; }

    /// <summary>People to list: those of the account, as WeChat says; once they are listed, those to look at. 0 = not known yet.</summary>
    public long Total { get; init; }

    public long Listed { get; init; }

    /// <summary>People looked at so far.</summary>
    public long Looked { get; init; }

    /// <summary>By the database's clock.</summary>
    [JsonIgnore]
    public DateTimeOffset Now { get; init; }

    public long Done => IsListing ? Listed : Math.Min(Looked, Math.Max(Total, Listed));

    /// <summary>0 to 100.</summary>
    public double Percent => Total <= 0 ? 0 : Math.Round(Math.Clamp(100.0 * Done / Total, 0, 100), 1);

    /// <summary>People a second so far.</summary>
    public double Rate => Seconds > 0 ? Math.Round(Done / Seconds, 1) : 0;

    /// <summary>Seconds it takes still if it goes on so; null = nobody can tell.</summary>
    public long? SecondsLeft => !IsListing && Rate > 0 && Total > Done ? (long)((Total - Done) / Rate) : null;

    private double Seconds => Math.Max(0, (Now - StartedAt).TotalSeconds);
}
