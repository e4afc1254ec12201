using FollowerSync.Languages;

namespace FollowerSync.Import;

/// <summary>Counts the lines of an import: each of them once.</summary>
internal sealed class ImportTally
{
    /// <summary>Refused lines that are named; all of them are counted.</summary>
    public const int MostNamed = 100;

    private readonly List<RefusedLine> _refusedLines = [];

    public long Lines { get; private set; }

    public long Accepted { get; private set; }

    public long Duplicates { get; private set; }

    public long InInbox { get; private set; }

    public long AlreadyFollowers { get; private set; }

    public long Refused { get; private set; }

    public IReadOnlyList<RefusedLine> RefusedLines => _refusedLines;

    public void Count(OpenIdRecord record)
    {
        Lines++;
        if (record.WhyRefused is not { } why)
            return;

        Refused++;
        if (_refusedLines.Count < MostNamed)
            _refusedLines.Add(new RefusedLine(record.Line, why));
    }

    public void CountDuplicate() => Duplicates++;

    public void CountStored(StoredOpenIds stored)
    {
        Accepted += stored.New;
        Duplicates += stored.Repeated;
        InInbox += stored.InInbox;
        AlreadyFollowers += stored.Followers;
    }
}

/// <param name="Line">Number of the line.</param>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record RefusedLine(long Line, Sentence Reason);
