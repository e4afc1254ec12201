using FollowerSync.Database.Schema;

namespace FollowerSync.Tests.Database.Schema;

public sealed class ProgramVersionTests
{
    [Theory]
    [InlineData("1.10.0", "1.9.0", true)]
    [InlineData("1.9.0", "1.10.0", false)]
    [InlineData("1.0.0", "1.0.0", false)]
    [InlineData("1.0.0", "1.0.0-beta.1", true)]
    [InlineData("1.0.0-beta.1", "1.0.0", false)]
    [InlineData("1.0.0+abc", "1.0.0+def", false)]
    [InlineData("unknown", "1.0.0", false)]
    public void Tells_which_of_two_is_newer(string version, string other, bool isNewer) => ProgramVersion.IsNewer(version, other).ShouldBe(isNewer);
}
