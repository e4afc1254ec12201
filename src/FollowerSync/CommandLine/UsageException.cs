using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>Arguments that can be parsed but mean nothing here. The message says which ones would.</summary>
internal sealed class UsageException(Sentence text) : SentenceException(text);
