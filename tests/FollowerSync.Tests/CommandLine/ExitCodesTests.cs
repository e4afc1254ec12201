using FollowerSync.CommandLine;
using FollowerSync.Runs;

namespace FollowerSync.Tests.CommandLine;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData((int)RunStatus.Succeeded, 0)]
    [InlineData((int)RunStatus.Failed, 1)]
    [InlineData((int)RunStatus.Abandoned, 1)]
    [InlineData((int)RunStatus.Partial, 3)]
    [InlineData((int)RunStatus.Held, 3)]
    [InlineData((int)RunStatus.Cancelled, 3)]
    public void Every_end_of_a_run_has_its_code(int status, int code) => ExitCodes.Of((RunStatus)status).ShouldBe(code);

    [Theory]
    [InlineData(new int[] { }, 0)]
    [InlineData(new[] { 0, 3 }, 3)]
    [InlineData(new[] { 3, 4, 0 }, 4)]
    [InlineData(new[] { 4, 1, 3 }, 1)]
    [InlineData(new[] { 1, 2 }, 2)]
    public void The_worst_of_several_counts(int[] codes, int worst) => ExitCodes.Worst(codes).ShouldBe(worst);
}
