using System.CommandLine;
using System.CommandLine.Help;
using FollowerSync.Languages;
using Spectre.Console;

namespace FollowerSync.CommandLine;

/// <summary>The command line: finds the verb, runs it, and turns every way it can end into an exit code.</summary>
internal sealed class FollowerSyncCommand
{
    private static readonly (string, Sentence)[] Examples =
    [
        ("followersync run", "the worker, until stopped (the default)"),
        ("followersync sync", "one sync of every account, now"),
        ("followersync --config /etc/followersync.json run", "with a settings file of your own"),
    ];

    private const string Suggest = "[suggest]";

    private readonly CommandContext _context;
    private readonly RootCommand _root;

    /// <param name="context">Where to write.</param>
    /// <param name="verbs">The verbs; the first one is run when none is named.</param>
    public FollowerSyncCommand(CommandContext context, params IReadOnlyList<Verb> verbs)
    {
        _context = context;
        ConfigOption.Description = context.Say("The settings file; otherwise the one named by FOLLOWERSYNC_CONFIG, or appsettings.json beside the program.");
        NoColorOption.Description = context.Say("No colours on the terminal, as with the environment variable NO_COLOR.");
        LanguageChoice.Option.Description = context.Say("The language of texts for people; otherwise that of the setting Language, or of LC_ALL, LC_MESSAGES or LANG. JSON and log stay English.");
        _root = new RootCommand(context.Say("Mirrors the followers of WeChat Official Accounts into PostgreSQL.")) { ConfigOption, LanguageChoice.Option, NoColorOption };
        foreach (Verb verb in verbs)
        {
            _root.Add(verb);
            AccountCompletions.AddTo(verb);
        }

        _root.Action = verbs[0].Action;
        foreach (HelpOption help in _root.Options.OfType<HelpOption>())
        {
            help.Action = new VerbHelp((HelpAction)help.Action!, context, Examples);
            help.Description = context.Say("Show help and usage information");
        }
    }

    /// <summary>The settings file, for every verb.</summary>
    public static Option<string?> ConfigOption { get; } = new("--config")
    {
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>No colours, for every verb.</summary>
    public static Option<bool> NoColorOption { get; } = new("--no-color") { Recursive = true };

    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        ParseResult parsed = _root.Parse(Completed(arguments), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            _context.Complain($"followersync: {ParseErrors.Describe(parsed)}");
            return ExitCodes.WrongSettings;
        }

        if (parsed.GetValue(NoColorOption))
            _context.Console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        try
        {
            InvocationConfiguration configuration = new()
            {
                Output = _context.Output,
                Error = _context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception exception)
        {
            _context.Complain($"followersync: {ErrorMessage.Of(exception, _context)}");
            return ErrorMessage.ExitCodeOf(exception);
        }
    }

    // A shell hands on the line up to the cursor, so the cursor stands at its end; the shells count letters in different ways.
    private static IReadOnlyList<string> Completed(IReadOnlyList<string> arguments) =>
        arguments is [Suggest, var line] ? [FormattableString.Invariant($"[suggest:{line.Length}]"), line] : arguments;
}
