using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.CommandLine;

/// <summary>What is wrong with the arguments, in our own words: what stands there, what may stand there, and where to read on.</summary>
internal static class ParseErrors
{
    public static Sentence Describe(ParseResult parsed)
    {
        Sentence[] faults = [.. Unknown(parsed).Concat(parsed.Errors.Where(error => !IsUnknown(parsed, error)).Select(Describe)).Distinct()];
        string verb = parsed.CommandResult.Command is Verb named ? $" {named.Name}" : "";
        return Sentence.Join("\n", [.. faults, $"To see what there is: \"followersync{verb} --help\""]);
    }

    private static IEnumerable<Sentence> Unknown(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        bool isValue = false;
        foreach (string token in parsed.UnmatchedTokens)
        {
            // What follows an unknown option is most likely its value.
            if (isValue && !token.StartsWith('-'))
                continue;
            isValue = token.StartsWith('-') && !token.Contains('=', StringComparison.Ordinal);
            if (token.StartsWith('-'))
                yield return $"{Owner(command)} has no option {ShownValue.Name(token.Split('=')[0])}.{Nearest(token.Split('=')[0], OptionsOf(parsed))}";
            else if (command is Verb verb)
                yield return $"{verb.Name} has no use for {Shown(token)}{(verb.Arguments.Count == 0 ? Sentence.Empty : $": it takes {string.Join(' ', verb.Arguments.Select(a => a.Name))} only")}.";
            else
                yield return $"There is no verb {Shown(token)}.{Nearest(token, [.. command.Subcommands.Select(known => known.Name)])}";
        }
    }

    private static bool IsUnknown(ParseResult parsed, ParseError error) => parsed.UnmatchedTokens.Any(token => IsQuoted(error.Message, token));

    // The parser quotes in the way of its language.
    private static bool IsQuoted(string text, string token) => text.Contains($"'{token}'", StringComparison.Ordinal) || text.Contains($"“{token}”", StringComparison.Ordinal) || text.Contains($"\"{token}\"", StringComparison.Ordinal);

    private static Sentence Describe(ParseError error) => (error.SymbolResult, error.SymbolResult?.Parent) switch
    {
        (OptionResult option, _) => Describe(option),
        (ArgumentResult, OptionResult option) => Describe(option),
        (ArgumentResult { Argument: var argument, Tokens.Count: 0 }, _) => (Sentence)$"{argument.Name} is missing: {argument.Description}",
        (ArgumentResult { Argument: var argument } result, _) when LargestOf(argument.ValueType, result.Tokens[^1].Value) is { } largest => $"{argument.Name} is too big a number; the largest is {largest}. {argument.Description}",
        (ArgumentResult { Argument: var argument } result, _) => $"{argument.Name} must be {Kind(argument.ValueType)}, not {Shown(result.Tokens[^1].Value)}. {argument.Description}",
        (CommandResult { Command: Verb verb }, _) when verb.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0) is { } missing => $"{missing.Name} is missing: {missing.Description}",
        _ => Sentence.Foreign(error.Message),
    };

    private static Sentence Describe(OptionResult result)
    {
        Option option = result.Option;
        string[] values = [.. result.Tokens.Select(token => token.Value)];
        Sentence[] allowed = option.ValueType == typeof(string) ? [.. option.GetCompletions(CompletionContext.Empty).Select(completion => Sentence.Foreign(completion.Label))] : [];
        return (values.Length, result.IdentifierTokenCount) switch
        {
            (_, > 1) => (Sentence)$"{option.Name} is given {result.IdentifierTokenCount} times; it goes once.",
            (0, _) => $"{option.Name} lacks its value: {option.Description}",
            _ when allowed.Length > 0 => $"{option.Name} takes {Sentence.Join(" or ", allowed)}, not {Shown(values[^1])}.",
            _ when LargestOf(option.ValueType, values[^1]) is { } largest => $"{option.Name} is too big a number; the largest is {largest}. {option.Description}",
            _ => $"{option.Name} must be {Kind(option.ValueType)}, not {Shown(values[^1])}. {option.Description}",
        };
    }

    /// <summary>The largest number of the type, when the text is a whole number beyond it; else null.</summary>
    private static long? LargestOf(Type type, string text)
    {
        long? largest = (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var number when number == typeof(int) => int.MaxValue,
            var number when number == typeof(long) => long.MaxValue,
            _ => null,
        };
        return text.All(char.IsAsciiDigit) && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger value) && value > largest ? largest : null;
    }

    private static Sentence Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var number when number == typeof(int) || number == typeof(long) => (Sentence)"a whole number",
        var number when number == typeof(double) => "a number such as 1.5",
        var flag when flag == typeof(bool) => "left without a value, or true or false",
        var duration when duration == typeof(TimeSpan) => "a duration such as 26:00:00 or 1.02:00:00",
        _ => "something else",
    };

    private static Sentence Owner(Command command) => command is Verb verb ? Sentence.Foreign(verb.Name) : "followersync without a verb";

    private static Sentence Nearest(string typed, IReadOnlyCollection<string> known) => NearestKey.Of(typed, known) is { } nearest ? (Sentence)$" Did you mean {nearest}?" : Sentence.Empty;

    private static string[] OptionsOf(ParseResult parsed) =>
        [.. parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive)).Select(option => option.Name)];

    // A secret typed in the wrong place does not come back in an error.
    private static Sentence Shown(string token) => ShownValue.LooksSecret(token) ? "(not shown, as it may be secret)" : ShownValue.Of(token, secret: false)!;
}
