namespace FollowerSync.CommandLine;

/// <summary>Arguments that can be parsed but mean nothing here. The message says which ones would.</summary>
internal sealed class UsageException(string message) : Exception(message);
