using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>A result could not be written to its end: the disk is full, or its reader has gone.</summary>
internal sealed class OutputException : SentenceException
{
    // .NET passes the number of the system's error on; Linux and macOS agree on this one.
    private const int BrokenPipe = 32;

    private OutputException(Sentence text, Exception innerException)
        : base(text, innerException)
    {
    }

    public static OutputException Of(string path, Exception exception) => new(
        exception.HResult == BrokenPipe
            ? (Sentence)$"Whoever read {path} stopped before the end: what it got is not all of it."
            : $"{path} could not be written to its end: {exception.Message.TrimEnd('.')}. What is there of it is not all.",
        exception);
}
