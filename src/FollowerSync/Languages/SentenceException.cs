namespace FollowerSync.Languages;

/// <summary>A failure with a text for people: what happened, why, what to do. It holds no secret. <see cref="Exception.Message"/> is the English one.</summary>
internal abstract class SentenceException(Sentence text, Exception? innerException = null) : Exception(text.ToString(), innerException)
{
    public Sentence Text { get; } = text;

    /// <summary>What a failure says: of ours in each language, of others in their words.</summary>
    public static Sentence TextOf(Exception exception) => exception is SentenceException { Text: var text } ? text : Sentence.Foreign(exception.Message);
}
