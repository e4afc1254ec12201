using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using FollowerSync.Database.Schema;
using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.CommandLine;

/// <summary>The manual's page <c>followersync(1)</c>, in the language of man (groff): what every verb's help says, from the same command tree.</summary>
/// <param name="date">The day it is made.</param>
internal sealed class ManualPage(DateTimeOffset date)
{
    private static readonly (string Name, string Meaning)[] Files =
    [
        ("/etc/followersync/appsettings.json", "The settings, where a package installed the program; otherwise appsettings.json beside it."),
        ("/etc/followersync/secrets/", "One file a secret, named as the setting with __ for a colon: WeChat__Accounts__0__AppSecret."),
        ("/etc/default/followersync", "Environment of the service, for settings of this machine alone."),
    ];

    private static readonly (string Name, string Meaning)[] Variables =
    [
        (SettingsSources.FileVariable, "The settings file, where --config does not name one."),
        ("WeChat__Accounts__0__AppId and so on", "Any setting, with __ for a colon. It goes before the settings file; files of Secrets:Folder go before it."),
        (SettingsSources.CredentialsVariable, "Folder of credentials that systemd gives a service (LoadCredential=): one file a secret, named as in Secrets:Folder."),
        ("NO_COLOR", "No colours on the terminal."),
    ];

    private readonly StringBuilder _page = new();

    public string Of(Command root)
    {
        _page.Append(CultureInfo.InvariantCulture, $".TH FOLLOWERSYNC 1 {date:yyyy-MM-dd} \"FollowerSync {ProgramVersion.Own.Split('+')[0]}\" \"User Commands\"\n.nh\n");
        Chapter("NAME", $"followersync \\- {Escaped(root.Description ?? "")}\n");
        Chapter("SYNOPSIS", ".B followersync\n.RI [ OPTION ]... \" VERB \" [ ARGUMENT ]...\n");
        Chapter("OPTIONS");
        foreach (Option option in root.Options)
            Option(option);
        Chapter("VERBS");
        foreach (Command verb in root.Subcommands.Where(verb => !verb.Hidden))
            Verb(verb, verb.Name);
        Chapter("EXIT STATUS");
        foreach ((int code, Sentence meaning) in ExitCodes.Meanings)
            Item(code.ToString(CultureInfo.InvariantCulture), meaning.ToString());
        Chapter("ENVIRONMENT");
        foreach ((string name, string meaning) in Variables)
            Item($"\\fB{Escaped(name)}\\fR", meaning);
        Chapter("FILES");
        foreach ((string name, string meaning) in Files)
            Item($"\\fI{Escaped(name)}\\fR", meaning);
        return _page.ToString();
    }

    private void Verb(Command verb, string name)
    {
        _page.Append(CultureInfo.InvariantCulture, $".SS \"{Escaped(name)}{string.Concat(verb.Arguments.Where(argument => !argument.Hidden).Select(Shown))}\"\n");
        _page.Append(CultureInfo.InvariantCulture, $"{Line(verb.Description ?? "")}\n");
        foreach (Argument argument in verb.Arguments.Where(argument => !argument.Hidden))
            Item($"\\fI{Escaped(argument.HelpName ?? argument.Name)}\\fR", argument.Description ?? "");
        foreach (Option option in verb.Options.Where(option => option is not HelpOption))
            Option(option);
        if (verb is Verb described)
        {
            foreach (Sentence note in described.Notes)
                Paragraph(note.ToString());
            if (described.Json is { } json)
                Paragraph($"JSON: {json}");
            foreach ((string line, Sentence meaning) in described.Examples)
                Item($"\\fB{Escaped(line)}\\fR", meaning.ToString());
        }

        foreach (Command part in verb.Subcommands.Where(part => !part.Hidden))
            Verb(part, $"{name} {part.Name}");
    }

    private void Option(Option option)
    {
        if (option.Hidden)
            return;
        string names = string.Join(", ", option.Aliases.Where(alias => alias.StartsWith('-')).Order(StringComparer.Ordinal).Append(option.Name).Select(name => $"\\fB{Escaped(name)}\\fR"));
        string value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? "" : $" \\fI{Escaped(option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant())}\\fR";
        Item(names + value, option.Description ?? "");
    }

    private static string Shown(Argument argument)
    {
        string name = Escaped(argument.HelpName ?? argument.Name) + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $" [{name}]" : $" {name}";
    }

    private void Chapter(string title, string text = "") => _page.Append(CultureInfo.InvariantCulture, $".SH {title}\n{text}");

    private void Item(string name, string meaning) => _page.Append(CultureInfo.InvariantCulture, $".TP\n{name}\n{Line(meaning)}\n");

    private void Paragraph(string text) => _page.Append(CultureInfo.InvariantCulture, $".PP\n{Line(text)}\n");

    // A line that begins with a dot or a quote would be a command.
    private static string Line(string text)
    {
        string line = Escaped(string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        return line.StartsWith('.') || line.StartsWith('\'') ? $"\\&{line}" : line;
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\"", "\\(dq", StringComparison.Ordinal)
            .Replace("'", "\\(aq", StringComparison.Ordinal);
}
