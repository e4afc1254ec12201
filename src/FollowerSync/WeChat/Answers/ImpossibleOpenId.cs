using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.WeChat.Answers;

/// <summary>Something in a list of openids that cannot be one. It is counted and recorded, and never asked for.</summary>
/// <param name="Key">Stands for it: the beginning of it, as far as it is visible ASCII, and a hash. No openid looks so.</param>
/// <param name="Why">What is wrong with it, in a few words.</param>
internal sealed record ImpossibleOpenId(string Key, string Why)
{
    private const int Shown = 24;

    /// <param name="listed">What was listed.</param>
    public static ImpossibleOpenId Of(string listed)
    {
        string start = new([.. listed.Take(Shown).Select(letter => letter is > ' ' and < '\u007F' ? letter : '?')]);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(listed)).AsSpan(0, 8));
        return new ImpossibleOpenId($"{start}…#{hash}", WhyImpossible(listed));
    }

    private static string WhyImpossible(string listed) => listed.Trim().Length > Identifier.LongestOpenId
        ? string.Create(CultureInfo.InvariantCulture, $"WeChat listed it, but it cannot be an openid: it has {listed.Length:N0} letters")
        : "WeChat listed it, but it cannot be an openid: there is a blank, a control character or something else in it that no openid has";
}
