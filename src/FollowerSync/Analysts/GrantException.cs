using FollowerSync.Languages;

namespace FollowerSync.Analysts;

/// <summary>A login could not be given or taken away; the message says why and what to do.</summary>
internal sealed class GrantException(Sentence text, Exception? cause = null) : SentenceException(text, cause);
