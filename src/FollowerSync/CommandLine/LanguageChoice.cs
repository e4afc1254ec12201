using System.CommandLine;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>In which language the command line speaks: the one of <c>--language</c>, else of the setting <c>Language</c>, else of the environment.</summary>
internal static class LanguageChoice
{
    /// <summary>The setting. The environment does not set it: <c>LANGUAGE</c> there belongs to gettext, and has other values.</summary>
    public const string Setting = "Language";

    private const string Auto = "auto";

    // As POSIX has it: the first one that is set.
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>The language, for every verb.</summary>
    public static Option<string?> Option { get; } = CreateOption();

    /// <summary>The language before any setting is read: help and wrong arguments speak it already.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="variable">Reads the environment.</param>
    public static Language Before(IReadOnlyList<string> arguments, Func<string, string?> variable) =>
        Named(ArgumentOf(arguments)) ?? (Variables.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is { } locale
            && locale.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Language.Chinese : Language.English);

    /// <summary>The language once the settings are read.</summary>
    /// <param name="before">What it was before.</param>
    /// <param name="argument">That of <c>--language</c>; null = not given.</param>
    /// <param name="setting">That of the settings.</param>
    public static Language With(Language before, string? argument, string? setting) => Named(argument) ?? Named(setting) ?? before;

    /// <summary>What the setting has to be, when it is not.</summary>
    public static Sentence? Broken(string setting) => setting == Auto || Named(setting) is not null ? null : (Sentence)$"must be one of {string.Join(", ", Auto, LanguageCode.Chinese, LanguageCode.English)}";

    private static Language? Named(string? name) => name switch
    {
        LanguageCode.Chinese => Language.Chinese,
        LanguageCode.English => Language.English,
        _ => null,
    };

    private static string? ArgumentOf(IReadOnlyList<string> arguments)
    {
        int at = arguments.ToList().FindIndex(argument => argument.StartsWith(Option.Name, StringComparison.Ordinal));
        return at < 0 ? null : arguments[at] == Option.Name ? arguments.ElementAtOrDefault(at + 1) : arguments[at][(Option.Name.Length + 1)..];
    }

    private static Option<string?> CreateOption()
    {
        Option<string?> option = new("--language") { Recursive = true };
        return option.AcceptOnlyFromAmong(LanguageCode.Chinese, LanguageCode.English);
    }
}
