namespace FollowerSync.Alerts;

/// <summary>When the schedule starts the next run after a moment; null = never again.</summary>
internal delegate DateTimeOffset? AlertSchedule(DateTimeOffset moment);
