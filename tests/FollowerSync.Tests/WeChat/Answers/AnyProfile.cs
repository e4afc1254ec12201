using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace FollowerSync.Tests.WeChat.Answers;

/// <summary>An entry of <c>user_info_list</c> made of any values, and what it means. Values stand in it in every way WeChat and its edge have been
/// seen to write them: raw control bytes, escapes, halves of surrogate pairs, numbers as text, keys left out, values of another kind.</summary>
internal sealed record AnyProfile(string OpenId, IReadOnlyDictionary<string, AnyValue> Fields)
{
    /// <summary>When it is read.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly string[] TextFields =
        ["nickname", "language", "city", "province", "country", "headimgurl", "remark", "subscribe_scene", "qr_scene_str", "unionid"];

    private static readonly string[] NumberFields = ["sex", "subscribe_time", "groupid", "qr_scene"];

    public byte[] Json => Encoding.UTF8.GetBytes(
        $"{{\"subscribe\":1,{string.Concat(Fields.Where(f => f.Value.Json is not null).Select(f => $"\"{f.Key}\":{f.Value.Json},"))}\"openid\":\"{OpenId}\"}}");

    /// <summary>Whether the answer says nothing of the field: its key is missing, or its value cannot be read.</summary>
    public bool Lacks(string field) => !Fields[field].IsReadable;

    /// <summary>The identifier that the field holds: visible ASCII with blanks around it, at most.</summary>
    public string? Identifier(string field) =>
        Fields[field].Raw?.Trim() is { Length: > 0 and <= 128 } id && id.All(c => c is > ' ' and < '\u007F') ? id : null;

    public string? Text(string field) => (string?)Fields[field].Meaning;

    public long? Number(string field) => (long?)Fields[field].Meaning;

    public int[]? Tags => (int[]?)Fields["tagid_list"].Meaning;

    public override string ToString() => Encoding.UTF8.GetString(Json);

    public static Gen<AnyProfile> Generate(string openId) =>
        from texts in AnyText().ArrayOf(TextFields.Length)
        from numbers in AnyNumber().ArrayOf(NumberFields.Length)
        from tags in AnyTags()
        from unknown in AnyText()
        select new AnyProfile(openId, TextFields.Zip(texts).Concat(NumberFields.Zip(numbers.Select((n, i) => InRange(NumberFields[i], n))))
            .Append(("tagid_list", tags)).Append(("no_such_field", unknown)).ToDictionary(f => f.Item1, f => f.Item2, StringComparer.Ordinal));

    /// <summary>Text as PostgreSQL can hold it and as it is meant: halves of pairs replaced, U+0000 dropped, nothing for nothing.</summary>
    public static string? Meaning(string text)
    {
        StringBuilder clean = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text, i))
                clean.Append(text[i]).Append(text[++i]);
            else if (text[i] != '\0')
                clean.Append(char.IsSurrogate(text[i]) ? '\uFFFD' : text[i]);
        }

        return clean.Length == 0 ? null : clean.ToString();
    }

    private static Gen<AnyValue> AnyText() => Gen.Frequency(
        (2, Gen.Constant(AnyValue.Missing)),
        (1, Gen.Constant(new AnyValue("\"\"", null) { IsReadable = true })),
        (1, Gen.Elements(new AnyValue("null", null), new AnyValue("{\"a\":[1,\"}\"]}", null), new AnyValue("[\"x\",{}]", null), new AnyValue("true", null))),
        (1, Gen.Elements(new AnyValue("17", "17") { Raw = "17" }, new AnyValue("-2.5", "-2.5") { Raw = "-2.5" })),
        (1, Gen.Elements(" oBlank-before", "oBlank-after ", "o inner blank").Select(t => new AnyValue($"\"{t}\"", t) { Raw = t })),
        (12, Atom().ListOf().Select(atoms => new AnyValue(
            $"\"{string.Concat(atoms.Select(a => a.Json))}\"", Meaning(string.Concat(atoms.Select(a => a.Text))))
        { Raw = string.Concat(atoms.Select(a => a.Text)), IsReadable = true })));

    private static Gen<(string Json, string Text)> Atom() => Gen.OneOf(
        Gen.Choose(0x20, 0x7E).Select(c => Raw((char)c)).Where(a => a.Text is not ("\"" or "\\")),
        Gen.Choose(0, 0x1F).Select(c => Raw((char)c)),
        Gen.Choose(0, 0x1F).Select(c => Escaped((char)c)),
        Gen.Elements(("\\\"", "\""), ("\\\\", "\\"), ("\\/", "/"), ("\\n", "\n"), ("\\b", "\b"), ("\\u0022", "\""), ("\\u005c", "\\"), ("'", "'")),
        Gen.Elements(("😀", "😀"), ("\\uD83D\\ude00", "😀"), ("\\u4e2d", "中"), ("中", "中"), ("\u2028", "\u2028"), ("\u0085", "\u0085"), ("\uFEFF", "\uFEFF"), ("\uFFFF", "\uFFFF")),
        Gen.Choose(0xD800, 0xDFFF).Select(c => Escaped((char)c)),
        Gen.Elements(("很长的名字", "很长的名字"), ("'; drop table followers;--", "'; drop table followers;--"), ("\\\\u0000", "\\u0000"), ("NULL", "NULL"), ("\\\\N", "\\N")));

    private static Gen<AnyValue> AnyNumber() => Gen.OneOf(
        Gen.Constant(AnyValue.Missing),
        Gen.Choose(0, 4).Select(n => Number(n)),
        Gen.Elements(Number(1_700_000_000), Number(4_294_967_295), Number(-1), Number(int.MaxValue), Number(253_370_764_800), Number(long.MaxValue)),
        Gen.Elements(new AnyValue("\"7\"", 7L), new AnyValue("\"4294967295\"", 4_294_967_295L), new AnyValue("3.0", 3L)),
        Gen.Elements(new AnyValue("null", null), new AnyValue("\"\"", null), new AnyValue("\"x\"", null), new AnyValue("true", null), new AnyValue("false", null), new AnyValue("\"true\"", null), new AnyValue("1.5", null), new AnyValue("[1]", null), new AnyValue("{\"n\":1}", null)));

    private static Gen<AnyValue> AnyTags() => Gen.OneOf(
        Gen.Constant(AnyValue.Missing),
        Gen.Elements(new AnyValue("null", null), new AnyValue("\"none\"", null), new AnyValue("[]", Array.Empty<int>())),
        Gen.Choose(0, 200).ArrayOf().Select(tags => new AnyValue($"[{string.Join(',', tags.Select((t, i) => i % 3 == 0 ? $"\"{t}\"" : $"{t}"))}]", tags)),
        Gen.Constant(new AnyValue("[1,99999999999,\"x\",null,{},2]", new[] { 1, 2 }) { IsReadable = false }));

    private static AnyValue Number(long number) => new(number.ToString(CultureInfo.InvariantCulture), number);

    private static AnyValue InRange(string field, AnyValue value) => value.Meaning is long number && !Fits(field, number) ? value with { Meaning = null, IsReadable = false } : value;

    private static bool Fits(string field, long number) => field switch
    {
        "sex" => number is >= 0 and <= 2,
        "subscribe_time" => number > 0 && number <= Now.AddDays(1).ToUnixTimeSeconds(),
        "groupid" => number is >= 0 and <= int.MaxValue,
        _ => number is >= 0 and <= uint.MaxValue,
    };

    private static (string Json, string Text) Raw(char c) => ($"{c}", $"{c}");

    private static (string Json, string Text) Escaped(char c) => (string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"), $"{c}");
}

/// <summary>A value of a key.</summary>
/// <param name="Json">As it stands in the JSON; null = the key is missing.</param>
/// <param name="Meaning">What is to be stored: a string, a long, an int[] or nothing.</param>
internal sealed record AnyValue(string? Json, object? Meaning)
{
    public static AnyValue Missing { get; } = new(null, null);

    /// <summary>The text as it was sent, nothing dropped or replaced; null when it is no text.</summary>
    public string? Raw { get; init; }

    /// <summary>Whether the value can be read, so that it counts as answered.</summary>
    public bool IsReadable { get; init; } = Meaning is not null;
}
