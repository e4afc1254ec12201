using FollowerSync.Languages;

namespace FollowerSync.Import;

/// <summary>A file that cannot be imported as it is; nothing of it was stored. The message says why and what to do.</summary>
internal sealed class ImportException(Sentence text) : SentenceException(text);
