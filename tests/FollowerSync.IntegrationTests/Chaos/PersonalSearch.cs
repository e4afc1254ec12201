using System.Buffers;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>Looks for what belongs to a person where it does not belong: in what a worker wrote, and in every text column that is not there for it.</summary>
internal static class PersonalSearch
{
    // Shorter values may stand in a text by chance.
    private const int ShortestTelling = 6;

    /// <summary>Columns, by name, in which people stand: who they are and what they show of themselves; and edges of the list, which are openids.</summary>
    private static readonly HashSet<string> Homes = new(StringComparer.Ordinal)
    {
        "openid", "unionid", "nickname", "remark", "headimgurl", "city", "province", "country", "language", "subscribe_scene", "qr_scene_str",
        "next_openid", "previous_openid", "last_openid", "asked_through", "other_openid", "old_openid", "new_openid", "stored_unionid", "answered_unionid", "single_unionid",
    };

    /// <summary>Every leak.</summary>
    /// <param name="people">Everybody there is or was.</param>
    /// <param name="nicknames">Every nickname anybody had.</param>
    /// <param name="output">What the workers wrote.</param>
    /// <param name="texts">What stands in the tables.</param>
    public static IReadOnlyList<string> Find(IEnumerable<EmulatedFollower> people, IEnumerable<string> nicknames, string output, IEnumerable<ColumnText> texts)
    {
        string[] values = [.. people.SelectMany(person => new[] { person.OpenId, person.UnionId, person.HeadImgUrl, person.Remark }).Concat(nicknames).OfType<string>().Where(IsTelling).Distinct(StringComparer.Ordinal)];
        SearchValues<string> all = SearchValues.Create(values, StringComparison.Ordinal);
        List<string> found = [];
        Look(output, "an output");
        foreach (ColumnText place in texts.Where(place => !Homes.Contains(place.Column)))
            Look(place.Text, $"{place.Table}.{place.Column}");
        return found;

        void Look(string text, string place)
        {
            if (text.AsSpan().ContainsAny(all))
                found.Add($"a personal value in {place}: {values.First(value => text.Contains(value, StringComparison.Ordinal))}");
        }
    }

    private static bool IsTelling(string value) => value.Length >= ShortestTelling || (value.Length >= 3 && value.Any(letter => letter is >= '\u4e00' and <= '\u9fff'));
}
