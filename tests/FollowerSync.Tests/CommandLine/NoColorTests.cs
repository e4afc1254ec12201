using System.Globalization;
using FollowerSync.CommandLine;
using Spectre.Console;

namespace FollowerSync.Tests.CommandLine;

public sealed class NoColorTests
{
    [Theory]
    [InlineData(true, "paint")]
    [InlineData(false, "paint", "--no-color")]
    [InlineData(false, "--no-color", "paint")]
    [InlineData(false, "--no-color")]
    public async Task Every_verb_takes_no_color_before_and_behind_it(bool isColoured, params string[] arguments) =>
        (await PaintAsync(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor }, arguments)).Contains('\u001b', StringComparison.Ordinal).ShouldBe(isColoured);

    private static async Task<string> PaintAsync(AnsiConsoleSettings settings, params string[] arguments)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture);
        settings.Out = new AnsiConsoleOutput(output);
        CommandContext context = new(output, output, AnsiConsole.Create(settings), TimeProvider.System);
        Verb paint = new("paint", "Paints.");
        paint.SetAction(_ => context.Console.Write(new Text("red", new Style(Color.Red))));
        (await new FollowerSyncCommand(context, paint).InvokeAsync(arguments, default)).ShouldBe(ExitCodes.Succeeded);
        return output.ToString();
    }
}
