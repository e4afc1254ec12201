using FollowerSync.Settings;

namespace FollowerSync.Sync;

/// <summary>Section <c>Sync</c>: how a run works.</summary>
internal sealed class SyncOptions
{
    public const string Section = "Sync";

    /// <summary>Openids in one <c>user/info/batchget</c> call. Default 100 (WeChat's maximum), range 1 to 100.</summary>
    [NumberRange(1, 100)]
    public int BatchSize { get; set; } = 100;

    /// <summary>Calls under way at once, per account. Default 4, range 1 to 64.</summary>
    [NumberRange(1, 64)]
    public int BatchesInFlight { get; set; } = 4;

    /// <summary>Profiles merged in one transaction. Default 5,000, range 100 to 50,000.</summary>
    [NumberRange(100, 50_000)]
    public int MergeSize { get; set; } = 5_000;

    /// <summary>Which known followers a run asks for. Default <see cref="ProfileRefresh.Full"/>.</summary>
    public ProfileRefresh ProfileRefresh { get; set; } = ProfileRefresh.Full;

    /// <summary>With <see cref="ProfileRefresh.Rotate"/>: in how many days everybody's profile is asked for once. Default 7, range 1 to 365.</summary>
    [NumberRange(1, 365)]
    public int RotateDays { get; set; } = 7;

    /// <summary>Whether everybody's tags are read as lists once a day after a run, 10,000 people a call. Default <see cref="TagLists.Auto"/>.</summary>
    public TagLists TagLists { get; set; } = TagLists.Auto;

    /// <summary>Whether they are, as things are set.</summary>
    public bool ReadsTagLists => TagLists == TagLists.On || (TagLists == TagLists.Auto && ProfileRefresh == ProfileRefresh.Rotate);

    /// <summary>Share of every daily limit of WeChat's that is left to the customer's other systems. Default 20, range 0 to 100.</summary>
    [NumberRange(0, 100)]
    public double QuotaReservePercent { get; set; } = 20;

    /// <summary>A run that would mark more than this share of the known followers as gone (and at least 50 people) marks nobody and is held.
    /// Default 5, range 0 to 100; 100 turns the brake off.</summary>
    [NumberRange(0, 100)]
    public double UnfollowBrakePercent { get; set; } = 5;

    /// <summary>An unfinished listing younger than this is continued by the next run. Default 6 h, range 0 to 7 days; 0 = always start anew.</summary>
    [DurationRange("00:00:00", "7.00:00:00")]
    public TimeSpan ListingMaxAge { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Whether an empty nickname or picture in an answer keeps the known one (WeChat has answered them empty since 2021-12). Default true.</summary>
    public bool KeepKnownValues { get; set; } = true;
}

/// <summary>Which known followers a run asks for.</summary>
internal enum ProfileRefresh
{
    /// <summary>Every follower's profile in every run.</summary>
    Full,

    /// <summary>Everybody's membership in every run; of the known profiles a slice, stalest first.</summary>
    Rotate,
}

/// <summary>Whether everybody's tags are read as lists.</summary>
internal enum TagLists
{
    /// <summary>When profiles are refreshed in rotation: otherwise every run's profiles tell the tags.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never: tags are as new as the profile of the person.</summary>
    Off,
}
