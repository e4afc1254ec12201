using FollowerSync.Languages;

namespace FollowerSync.Web;

/// <summary>What the worker waits for: null when the database answers and its schema is current, else what lacks, fit to be shown.</summary>
internal delegate Task<Sentence?> FindDatabaseLack(CancellationToken cancellationToken);
