using FollowerSync.Languages;

namespace FollowerSync.WeChat.Errors;

/// <summary>The follower list cannot be read to its end, so it is no witness of who is gone.</summary>
internal sealed class ListingBrokenException(Sentence text) : SentenceException(text);
