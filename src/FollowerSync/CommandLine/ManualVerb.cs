namespace FollowerSync.CommandLine;

/// <summary><c>manual</c>: the page of the manual, for <c>man</c>. Packages are made with it; people have <c>--help</c>.</summary>
internal static class ManualVerb
{
    public static Verb Create(CommandContext context)
    {
        Verb verb = new("manual", "Prints the page of the manual, for man.")
        {
            Hidden = true,
            Examples = [("followersync manual | man -l -", "reads it without a package")],
        };
        verb.SetAction(parsed =>
        {
            context.Output.Write(new ManualPage(context.Time.GetUtcNow()).Of(parsed.RootCommandResult.Command));
            return ExitCodes.Succeeded;
        });
        return verb;
    }
}
