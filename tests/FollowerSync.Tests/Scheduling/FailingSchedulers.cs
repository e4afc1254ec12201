using System.Reflection;
using Quartz;

namespace FollowerSync.Tests.Scheduling;

/// <summary>A way to the scheduler that fails when it is told to, as that to a shared schedule does while its database is away.</summary>
public class FailingSchedulers : DispatchProxy
{
    private ISchedulerFactory _real = null!;
    private Func<bool> _fails = null!;

    public static ISchedulerFactory Of(ISchedulerFactory real, Func<bool> fails)
    {
        ISchedulerFactory way = Create<ISchedulerFactory, FailingSchedulers>();
        ((FailingSchedulers)(object)way)._real = real;
        ((FailingSchedulers)(object)way)._fails = fails;
        return way;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _fails() ? throw new SchedulerException("told to be away") : targetMethod!.Invoke(_real, args);
}
