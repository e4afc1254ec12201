using System.Collections.Concurrent;
using FollowerSync.Accounts;
using FollowerSync.Logging;
using FollowerSync.Runs;
using Spectre.Console;

namespace FollowerSync.CommandLine;

/// <summary>Progress on a terminal: a bar an account with counts, pace and time left; log lines appear above the bars.</summary>
internal sealed class ProgressBars(CommandContext context, LogOutput logOutput)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);

    // Text and bar in the width of the terminal, with the percentage and the blanks between.
    private const int Beside = 7;

    public Task<T> ShowAsync<T>(IReadOnlyList<AccountOptions> accounts, Func<IProgress<SyncProgress>, Task<T>> work) =>
        context.Console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, new PercentageColumn())
            .StartAsync(async bars =>
            {
                using IDisposable above = logOutput.WriteAbove(context.Console);
                LatestProgress latest = new();
                Bar[] drawn = [.. accounts.Select(account => new Bar(account, bars.AddTask(Markup.Escape(account.DisplayName)), new ProgressPace(context.Time)))];
                Task<T> working = work(latest);
                while (!working.IsCompleted)
                {
                    Draw(drawn, latest);
                    // The work itself hears of a stop; the bars go on until it has ended.
                    await Task.WhenAny(working, Task.Delay(Redraw, context.Time, CancellationToken.None));
                }

                return await working;
            });

    private int BarWidth => context.Console.Profile.Width switch
    {
        >= 110 => 40,
        >= 60 => 15,
        _ => 10,
    };

    private void Draw(Bar[] bars, LatestProgress latest)
    {
        foreach (Bar bar in bars)
        {
            if (!latest.TryGetValue(bar.Account.AppId, out SyncProgress progress))
                continue;
            int width = context.Console.Profile.Width - BarWidth - Beside;
            bar.Task.Description = Markup.Escape(ProgressText.Fitting(bar.Account.DisplayName, progress, bar.Pace.Sample(progress), width, context.Language));
            // What is expected can grow; a bar that goes back looks broken.
            bar.Task.Value = Math.Max(bar.Task.Value, ProgressText.Percent(progress));
        }
    }

    private sealed record Bar(AccountOptions Account, ProgressTask Task, ProgressPace Pace);

    private sealed class LatestProgress : ConcurrentDictionary<string, SyncProgress>, IProgress<SyncProgress>
    {
        public void Report(SyncProgress value) => this[value.AppId] = value;
    }
}
