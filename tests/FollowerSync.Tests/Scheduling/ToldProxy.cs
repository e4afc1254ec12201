using System.Reflection;

namespace FollowerSync.Tests.Scheduling;

/// <summary>Answers the calls of an interface as it was told, by the name of the method.</summary>
public class ToldProxy : DispatchProxy
{
    private Func<string, object?> _answer = null!;

    /// <param name="answer">What a method answers; what it answers later is wrapped here.</param>
    public static T Of<T>(Func<string, object?> answer)
        where T : class
    {
        T proxy = Create<T, ToldProxy>();
        ((ToldProxy)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        object? answer = _answer(targetMethod!.Name);
        return targetMethod.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal) ? Activator.CreateInstance(targetMethod.ReturnType, answer) : answer;
    }
}
