namespace FollowerSync.Analysts;

/// <summary>A login could not be given or taken away; the message says why and what to do.</summary>
internal sealed class GrantException(string message, Exception? cause = null) : Exception(message, cause);
