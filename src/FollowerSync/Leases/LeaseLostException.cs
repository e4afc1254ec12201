using FollowerSync.Languages;

namespace FollowerSync.Leases;

/// <summary>The lease is no longer this run's; it may write nothing more.</summary>
internal sealed class LeaseLostException : SentenceException
{
    private LeaseLostException(Sentence text, bool isForgotten)
        : base(text)
    {
        IsForgotten = isForgotten;
    }

    /// <summary>Whether nobody took the lease: the database has gone back to a time before it was given.</summary>
    public bool IsForgotten { get; }

    /// <summary>Another run holds the account's lease now.</summary>
    /// <param name="appId">The account.</param>
    /// <param name="silence">How long a holder keeps the lease without a sign of life.</param>
    public static LeaseLostException TakenOver(string appId, TimeSpan silence) => new(
        $"Another run has taken over account {appId}, because this one showed no sign of life for {silence.TotalSeconds:0} s. What it stored is right; the other run goes on from there.", isForgotten: false);

    /// <summary>The database does not know that it gave the lease.</summary>
    /// <param name="appId">The account.</param>
    public static LeaseLostException Forgotten(string appId) => new(
        $"The database no longer knows of this run of account {appId}: a standby that lagged was promoted, or a backup restored. What is stored there is right as of then; the next run goes on from there.", isForgotten: true);
}
