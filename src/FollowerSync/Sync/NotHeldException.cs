namespace FollowerSync.Sync;

/// <summary>There is nothing to release under this run number.</summary>
internal sealed class NotHeldException(string message) : Exception(message);
