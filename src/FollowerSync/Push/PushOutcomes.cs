namespace FollowerSync.Push;

/// <summary>What WeChat is answered for each outcome, and what people are told.</summary>
internal static class PushOutcomes
{
    public static int StatusOf(PushOutcome outcome) => outcome switch
    {
        PushOutcome.Stored or PushOutcome.Ignored => StatusCodes.Status200OK,
        PushOutcome.UnknownAccount => StatusCodes.Status404NotFound,
        PushOutcome.BadSignature or PushOutcome.Expired or PushOutcome.Plain or PushOutcome.Foreign => StatusCodes.Status403Forbidden,
        PushOutcome.Malformed or PushOutcome.ImpossibleOpenId => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>Whether nothing is lost: the push is stored, or there is nothing to store.</summary>
    public static bool IsTaken(PushOutcome outcome) => outcome is PushOutcome.Stored or PushOutcome.Ignored;

    public static string WordsOf(PushOutcome outcome) => outcome switch
    {
        PushOutcome.UnknownAccount => "for an AppID that takes no pushes",
        PushOutcome.BadSignature => "with a missing or wrong signature (forged, or Push:Token is not that of WeChat's console)",
        PushOutcome.Expired => "of a time more than 10 minutes away (repeated by somebody, or the clocks of this machine and of the database are both wrong)",
        PushOutcome.Plain => "in plain mode (choose safe mode in WeChat's console)",
        PushOutcome.Foreign => "meant for another account",
        PushOutcome.Malformed => "that cannot be read (malformed, or Push:EncodingAesKey is not that of WeChat's console)",
        PushOutcome.ImpossibleOpenId => "naming an openid that cannot be one",
        PushOutcome.Full => "while as many waited as Arrivals:MaxWaiting allows",
        PushOutcome.TooLate => "that the database did not store in time",
        PushOutcome.NotStored => "that the database did not store at once (tried again while the worker runs, up to Arrivals:MaxWaiting and unless refused for what they say)",
        _ => "taken",
    };
}
