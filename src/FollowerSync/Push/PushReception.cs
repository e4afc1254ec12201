namespace FollowerSync.Push;

/// <summary>Takes one push: is it WeChat's, what does it say, and is it stored.</summary>
internal sealed class PushReception(PushReader reader, PushQueue queue)
{
    /// <summary>Whether what is stored now is stored promptly.</summary>
    public bool IsPrompt => queue.IsPrompt;

    /// <inheritdoc cref="PushReader.Fault"/>
    public PushOutcome? Fault(PushAccount account, PushQuery? query) => reader.Fault(account, query);

    /// <summary>Takes the body of a request whose query was found right.</summary>
    public Task<PushOutcome> TakeAsync(PushAccount account, PushQuery query, byte[] body)
    {
        PushVerdict verdict = reader.Read(account, query, body);
        return verdict.Arrival is { } arrival ? queue.StoreAsync(arrival) : Task.FromResult(verdict.Outcome);
    }
}
