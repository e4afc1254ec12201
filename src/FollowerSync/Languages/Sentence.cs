using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace FollowerSync.Languages;

/// <summary>A text for people, one sentence or several, that can be told in each <see cref="Language"/>: the English one stands in the code, as
/// <c>$"There is no folder {path}."</c>, and is the key of its translation in <c>Chinese.resx</c> (<c>There is no folder {0}.</c>).</summary>
/// <remarks>What is put in keeps its own language where it is a sentence too; everything else is written alike in all languages.</remarks>
[InterpolatedStringHandler]
[JsonConverter(typeof(SentenceJson))]
internal sealed partial class Sentence : IEquatable<Sentence>
{
    public static readonly Sentence Empty = new("");

    private readonly StringBuilder _key = new();
    private readonly List<Part> _parts = [];
    private readonly string? _chinese;

    public Sentence(int literalLength, int formattedCount)
    {
        _key.EnsureCapacity(literalLength + (formattedCount * "{0}".Length));
        _parts.EnsureCapacity(formattedCount);
    }

    private Sentence(string text) => AppendLiteral(text);

    private Sentence(string english, string chinese)
        : this(english) => _chinese = chinese;

    public void AppendLiteral(string text) => _key.Append(text);

    public void AppendFormatted<T>(T value, string? format = null)
    {
        _key.Append(CultureInfo.InvariantCulture, $"{{{_parts.Count}}}");
        _parts.Add(new Part(value, format));
    }

    /// <summary>A text as it stands in the code.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator Sentence?(string? text) => text is null ? null : new Sentence(text);

    /// <summary>A text that is not ours, a server's say: alike in all languages.</summary>
    public static Sentence Foreign(string text) => new(text, text);

    /// <summary>A text whose translation is known already.</summary>
    public static Sentence Of(string english, string chinese) => new(english, chinese);

    /// <summary>One behind the other.</summary>
    public static Sentence Join(Sentence separator, IEnumerable<Sentence> sentences)
    {
        Sentence joined = new(0, 0);
        foreach (Sentence sentence in sentences)
        {
            if (joined._parts.Count > 0)
                joined.AppendFormatted(separator);
            joined.AppendFormatted(sentence);
        }

        return joined;
    }

    /// <summary>The same, with what the function makes of its text.</summary>
    public Sentence With(Func<string, string> change) => new(change(In(Language.English)), change(In(Language.Chinese)));

    /// <summary>The text in a language, and the English one where that is another.</summary>
    public (string Text, string? English) Written(Language language) => language == Language.English ? (ToString(), null) : (In(language), ToString());

    /// <summary>The same with a capital at its beginning. Names of translations that differ in their capitals alone would be one.</summary>
    public Sentence Capitalised() => With(text => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..]);

    /// <summary>The same without its full stop, for a sentence that goes on.</summary>
    public Sentence WithoutStop() => With(text => text.TrimEnd('.', '。'));

    public string In(Language language)
    {
        string key = _key.ToString();
        if (language == Language.Chinese)
            key = _chinese ?? Catalogue.Find(key) ?? key;
        return _parts.Count == 0 ? key : Hole().Replace(key, hole => _parts[int.Parse(hole.ValueSpan[1..^1], CultureInfo.InvariantCulture)].In(language));
    }

    /// <summary>In English, as the log has it.</summary>
    public override string ToString() => In(Language.English);

    public bool Equals(Sentence? other) => other is not null && In(Language.English) == other.In(Language.English) && In(Language.Chinese) == other.In(Language.Chinese);

    public override bool Equals(object? obj) => Equals(obj as Sentence);

    public override int GetHashCode() => In(Language.English).GetHashCode(StringComparison.Ordinal);

    [GeneratedRegex(@"\{[0-9]+\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 500)]
    private static partial Regex Hole();

    private readonly record struct Part(object? Value, string? Format)
    {
        public string In(Language language) => Value switch
        {
            Sentence sentence => sentence.In(language),
            IFormattable formattable => formattable.ToString(Format, CultureInfo.InvariantCulture),
            _ => Value?.ToString() ?? "",
        };
    }
}
