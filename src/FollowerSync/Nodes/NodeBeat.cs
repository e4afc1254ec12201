namespace FollowerSync.Nodes;

/// <summary>What a node tells of itself.</summary>
/// <param name="Version">Version of the program.</param>
/// <param name="Fingerprint">What its settings come to, section by section.</param>
/// <param name="Silence">How long it may be silent before it counts as dead.</param>
/// <param name="NextRunAt">When its schedule starts the next run.</param>
/// <param name="Stops">Whether it is about to end.</param>
internal sealed record NodeBeat(string Version, string Fingerprint, TimeSpan Silence, DateTimeOffset? NextRunAt, bool Stops);
