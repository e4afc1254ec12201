using System.CommandLine;

namespace FollowerSync.CommandLine;

/// <summary><c>completion</c>: the script by which a shell completes verbs, options and names of accounts.</summary>
internal sealed class CompletionVerb(CommandContext context)
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = CompletionScripts.Bash,
        ["zsh"] = CompletionScripts.Zsh,
        ["fish"] = CompletionScripts.Fish,
    };

    private readonly Argument<string> _shell = new("SHELL") { Description = context.Say("bash, zsh or fish.") };

    public Verb Create()
    {
        Verb verb = new("completion", context.Say("Prints the script by which your shell completes verbs, options and names of accounts."))
        {
            Examples =
            [
                ("source <(followersync completion bash)", "in ~/.bashrc"),
                ("source <(followersync completion zsh)", "in ~/.zshrc, after compinit"),
                ("followersync completion fish > ~/.config/fish/completions/followersync.fish", "once"),
            ],
            Notes =
            [
                "At each Tab the script asks the program itself: names of accounts are those of the settings, of --config where it is on the line. Neither the database nor WeChat is asked.",
            ],
        };
        _shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        verb.Add(_shell);
        verb.SetAction(parsed =>
        {
            context.Output.Write(Scripts[parsed.GetRequiredValue(_shell)]);
            return ExitCodes.Succeeded;
        });
        return verb;
    }
}
