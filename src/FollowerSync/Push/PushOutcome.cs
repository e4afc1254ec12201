namespace FollowerSync.Push;

/// <summary>What became of one push.</summary>
internal enum PushOutcome
{
    /// <summary>It is in the inbox, and committed.</summary>
    Stored,

    /// <summary>It is WeChat's, and nothing that the inbox is for: a message to the bot, a report of a delivery.</summary>
    Ignored,

    /// <summary>No account of the settings takes pushes under this AppID.</summary>
    UnknownAccount,

    /// <summary>A signature is missing or wrong.</summary>
    BadSignature,

    /// <summary>Its time is too far from now: somebody repeats an old request, or a clock is wrong.</summary>
    Expired,

    /// <summary>It is in plain mode, which the settings do not allow.</summary>
    Plain,

    /// <summary>It is meant for another account.</summary>
    Foreign,

    /// <summary>Its form is not WeChat's.</summary>
    Malformed,

    /// <summary>It names somebody whom nobody can be.</summary>
    ImpossibleOpenId,

    /// <summary>Too many wait already.</summary>
    Full,

    /// <summary>It could not be stored within the time that WeChat waits.</summary>
    TooLate,

    /// <summary>The database did not store it.</summary>
    NotStored,
}
