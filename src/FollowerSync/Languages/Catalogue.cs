using System.Globalization;
using System.Resources;

namespace FollowerSync.Languages;

/// <summary>The translations of <see cref="Sentence"/>s: <c>Chinese.resx</c>, whose names are the English texts.</summary>
internal static class Catalogue
{
    private static readonly ResourceManager Chinese = new($"{typeof(Catalogue).Namespace}.{nameof(Language.Chinese)}", typeof(Catalogue).Assembly);

    /// <summary>Null when there is none: the text is not ours, or the same in both languages.</summary>
    public static string? Find(string english) => Chinese.GetString(english, CultureInfo.InvariantCulture);
}
