using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>Progress where there is no terminal: a line when a phase begins, then every tenth of the run, and at least every minute.</summary>
internal sealed class ProgressLines(TextWriter output, TimeProvider time, IReadOnlyList<AccountOptions> accounts, Language language = Language.English) : IProgress<SyncProgress>
{
    private const double Step = 10;
    private static readonly TimeSpan Closest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Farthest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Account> _accounts = accounts.ToDictionary(account => account.AppId, account => new Account(account.DisplayName, new ProgressPace(time)), StringComparer.Ordinal);

    public void Report(SyncProgress value)
    {
        lock (_lock)
        {
            Account account = _accounts[value.AppId];
            Pace pace = account.Pace.Sample(value);
            if (!IsDue(account, value))
                return;
            account.Phase = value.Phase;
            account.Percent = ProgressText.Percent(value);
            account.WrittenAt = time.GetTimestamp();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{account.Name}: {account.Percent:0} %, {ProgressText.Of(value, pace).In(language)}"));
        }
    }

    private bool IsDue(Account account, SyncProgress progress)
    {
        if (account.Phase != progress.Phase)
            return true;
        TimeSpan since = time.GetElapsedTime(account.WrittenAt);
        return since >= Farthest || (since >= Closest && ProgressText.Percent(progress) - account.Percent >= Step);
    }

    private sealed class Account(string name, ProgressPace pace)
    {
        public string Name { get; } = name;

        public ProgressPace Pace { get; } = pace;

        public SyncPhase? Phase { get; set; }

        public double Percent { get; set; }

        public long WrittenAt { get; set; }
    }
}
