using System.Runtime.InteropServices;

namespace FollowerSync.Emulator.People;

/// <summary>Where a person stands at one moment: follows or not, and how often each part of the profile has changed.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct PersonState(bool Following)
{
    /// <summary>How often the person has begun to follow; 0 = never seen by the account.</summary>
    public int Follows { get; set; } = Following ? 1 : 0;

    /// <summary>The churn clock at the latest follow; 0 = since before the emulator started.</summary>
    public double FollowedAt { get; set; }

    public int Names { get; set; }

    public int Remarks { get; set; }

    public int Groups { get; set; }

    public int Tags { get; set; }
}
