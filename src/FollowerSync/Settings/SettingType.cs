using System.Globalization;
using System.Text.RegularExpressions;
using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>What kind of value a property of an options type takes, and whether a text is one.</summary>
internal static partial class SettingType
{
    public static bool IsList(Type type, out Type element) => IsGeneric(type, typeof(IList<>), 0, out element);

    public static bool IsDictionary(Type type, out Type element) => IsGeneric(type, typeof(IDictionary<,>), 1, out element);

    public static bool IsSection(Type type) => type.IsClass && type != typeof(string) && type != typeof(Uri);

    /// <summary>What the text has to be, when it is not; null when it can be read as the type.</summary>
    public static Sentence? Unreadable(Type type, string text) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        Type whole when whole == typeof(int) || whole == typeof(long) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && (whole == typeof(long) || number == (int)number)
                ? null
                : (Sentence)"must be a whole number",
        Type real when real == typeof(double) => IsNumber(text) ? null : (Sentence)"must be a number",
        Type flag when flag == typeof(bool) => bool.TryParse(text, out _) ? null : (Sentence)"must be true or false",
        Type duration when duration == typeof(TimeSpan) => IsDuration(text) ? null : (Sentence)"must be a duration: hh:mm:ss such as 00:00:30, or with days d.hh:mm:ss such as 1.00:00:00",
        Type choice when choice.IsEnum => IsChoice(choice, text) ? null : (Sentence)$"must be one of {string.Join(", ", Enum.GetNames(choice))}",
        Type address when address == typeof(Uri) => text.Length == 0 || Uri.TryCreate(text, UriKind.Absolute, out _) ? null : (Sentence)"must be an http or https address",
        _ => null,
    };

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);

    // What else TimeSpan reads, nobody means: a bare "30" is thirty days to it, and "24:00:00" twenty-four.
    private static bool IsDuration(string text) => Duration().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(@"^\s*-?([0-9]+\.)?([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]{1,7})?)?\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Duration();

    // Numbers parse as any enum, defined or not; only names are settings.
    private static bool IsChoice(Type type, string text) =>
        Enum.GetNames(type).Contains(text.Trim(), StringComparer.OrdinalIgnoreCase);

    private static bool IsGeneric(Type type, Type definition, int argument, out Type element)
    {
        bool match = type.IsGenericType && type.GetGenericTypeDefinition() == definition;
        element = match ? type.GetGenericArguments()[argument] : typeof(object);
        return match;
    }
}
