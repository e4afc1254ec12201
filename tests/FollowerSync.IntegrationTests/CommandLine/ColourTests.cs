namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>Colours on a terminal (which <c>script</c> plays), and who wants none.</summary>
public sealed class ColourTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("1", "", false)]
    [InlineData("", "--no-color", false)]
    public async Task Marks_are_coloured_on_a_terminal_unless_somebody_wants_none(string noColor, string option, bool areColoured)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["TERM"] = "xterm-256color" };
        if (noColor.Length > 0)
            environment["NO_COLOR"] = noColor;
        await using FollowerSyncProcess terminal = FollowerSyncProcess.StartBy($"exec script -qec \"dotnet '$2' check {option}\" /dev/null", environment);
        await terminal.WaitAsync();

        terminal.Output.ShouldContain("failed");
        terminal.Output.Contains("\u001b[38;", StringComparison.Ordinal).ShouldBe(areColoured);
    }
}
