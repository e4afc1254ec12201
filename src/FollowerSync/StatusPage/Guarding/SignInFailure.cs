namespace FollowerSync.StatusPage.Guarding;

/// <summary>Why somebody did not come in.</summary>
/// <param name="Reason">What people are told.</param>
/// <param name="Detail">What the log is told besides: a code or the name of an error, nothing that somebody else wrote.</param>
/// <param name="Name">Whom the provider says it is; null = not known.</param>
internal sealed record SignInFailure(SignInReason Reason, string Detail, string? Name = null);

/// <summary>What kept somebody out.</summary>
internal enum SignInReason
{
    /// <summary>The provider does not answer.</summary>
    ProviderAway,

    /// <summary>The way back fits nothing that this browser began, or began long ago.</summary>
    Lost,

    /// <summary>The provider, or the person there, said no.</summary>
    Denied,

    /// <summary>The provider does not take this page's own words: its id, secret, address or scopes.</summary>
    ClientRefused,

    /// <summary>What the provider answered proves nothing.</summary>
    NotProven,

    /// <summary>By this machine's clock, what the provider answered is over or not yet good.</summary>
    ClocksApart,

    /// <summary>The settings do not let them in.</summary>
    NotAllowed,
}
