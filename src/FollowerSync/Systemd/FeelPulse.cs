namespace FollowerSync.Systemd;

/// <summary>What the worker does, in a few words; null when it does not do its work. Asks nobody outside of the process: a database that is away is no reason to end it.</summary>
internal delegate Task<string?> FeelPulse(CancellationToken cancellationToken);
