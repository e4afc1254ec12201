namespace FollowerSync.CommandLine;

/// <summary>Passes on in other words what a piece of work reports.</summary>
internal sealed class AdvanceOf<T>(IProgress<Advance> shown, Func<T, Advance> say) : IProgress<T>
{
    public void Report(T value) => shown.Report(say(value));
}
