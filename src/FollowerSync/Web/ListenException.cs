using FollowerSync.Languages;

namespace FollowerSync.Web;

/// <summary>An address that cannot be listened on for the moment: another process has it, or this machine does not. Either may pass by itself, as when the process before still
/// stops or the address is that of a VPN.</summary>
internal sealed class ListenException(Sentence text, Exception innerException) : SentenceException(text, innerException);
