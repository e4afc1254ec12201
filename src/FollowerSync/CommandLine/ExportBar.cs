using FollowerSync.Analysts;
using Spectre.Console;

namespace FollowerSync.CommandLine;

/// <summary>Progress of an export on a terminal: a bar against the rows that PostgreSQL expects.</summary>
internal sealed class ExportBar(CommandContext context, ExportRequest request)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);

    public Task<long> ShowAsync(Func<IProgress<ExportProgress>, Task<long>> work) => context.Console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
        .StartAsync(async bars =>
        {
            ProgressTask bar = bars.AddTask(Markup.Escape($"wechat.{request.Name}"));
            Latest latest = new();
            Task<long> working = work(latest);
            while (!working.IsCompleted)
            {
                Draw(bar, latest.Value);
                // The work itself hears of a stop; the bar goes on until it has ended.
                await Task.WhenAny(working, Task.Delay(Redraw, context.Time, CancellationToken.None));
            }

            return await working;
        });

    /// <summary>The expected number is an estimate: a bar that has overtaken it shows that it does not know the end.</summary>
    private void Draw(ProgressTask bar, ExportProgress? progress)
    {
        if (progress is null)
            return;

        bar.Description = Markup.Escape(FormattableString.Invariant($"wechat.{request.Name}  {progress.Rows:N0} of about {progress.Expected:N0} rows"));
        bar.MaxValue = Math.Max(progress.Expected, 1);
        bar.Value = progress.Rows;
        bar.IsIndeterminate = progress.Rows > progress.Expected;
    }

    private sealed class Latest : IProgress<ExportProgress>
    {
        private volatile ExportProgress? _value;

        public ExportProgress? Value => _value;

        public void Report(ExportProgress value) => _value = value;
    }
}
