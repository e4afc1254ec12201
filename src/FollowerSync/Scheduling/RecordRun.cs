using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>Writes down a run that the database missed.</summary>
internal delegate Task RecordRun(UnrecordedRun missed, CancellationToken cancellationToken);
