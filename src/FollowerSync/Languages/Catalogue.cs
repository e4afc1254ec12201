using System.Collections;
using System.Globalization;
using System.Resources;

namespace FollowerSync.Languages;

/// <summary>The translations of <see cref="Sentence"/>s: <c>Chinese.resx</c>, whose names are the English texts.</summary>
internal static class Catalogue
{
    private static readonly ResourceManager Chinese = new($"{typeof(Catalogue).Namespace}.{nameof(Language.Chinese)}", typeof(Catalogue).Assembly);

    private static readonly Lazy<string> All = new(() => string.Join(
        '\n', Chinese.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().Select(entry => $"{entry.Key}\n{entry.Value}")));

    /// <summary>Whether a text is a part of any sentence of ours, in either language.</summary>
    public static bool Contains(string text) => All.Value.Contains(text, StringComparison.Ordinal);

    /// <summary>Null when there is none: the text is not ours, or the same in both languages.</summary>
    public static string? Find(string english) => Chinese.GetString(english, CultureInfo.InvariantCulture);
}
