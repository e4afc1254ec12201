using FollowerSync.Languages;
using Spectre.Console;

namespace FollowerSync.CommandLine;

/// <summary>Shows on a terminal how far a piece of work is; where there is none, a line a minute on stderr.</summary>
internal sealed class AdvanceBar(CommandContext context)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    /// <param name="begin">What to say before anything is done.</param>
    /// <param name="work">The work; it hears of a stop itself, and is waited for.</param>
    public async Task<T> ShowAsync<T>(Sentence begin, Func<IProgress<Advance>, Task<T>> work)
    {
        if (context.Console.Profile.Out.IsTerminal)
            return await ShowBarAsync(begin, work);

        Latest latest = new();
        Task<T> working = work(latest);
        while (await Task.WhenAny(working, Task.Delay(BetweenLines, context.Time, CancellationToken.None)) != working)
            context.Complain(latest.Value?.Text ?? begin);
        return await working;
    }

    /// <summary>The bar alone, for a terminal.</summary>
    public Task<T> ShowBarAsync<T>(Sentence begin, Func<IProgress<Advance>, Task<T>> work) => context.Console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
        .StartAsync(async bars =>
        {
            ProgressTask bar = bars.AddTask(Markup.Escape(context.Say(begin)));
            Latest latest = new();
            Task<T> working = work(latest);
            while (!working.IsCompleted)
            {
                Draw(bar, latest.Value);
                await Task.WhenAny(working, Task.Delay(Redraw, context.Time, CancellationToken.None));
            }

            return await working;
        });

    private void Draw(ProgressTask bar, Advance? advance)
    {
        bar.IsIndeterminate = advance?.Of is null;
        if (advance is null)
            return;
        bar.Description = Markup.Escape(context.Say(advance.Text));
        bar.MaxValue = Math.Max(advance.Of ?? 1, 1);
        bar.Value = Math.Min(advance.Done, bar.MaxValue);
    }

    private sealed class Latest : IProgress<Advance>
    {
        private volatile Advance? _value;

        public Advance? Value => _value;

        public void Report(Advance value) => _value = value;
    }
}
