using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.Analysts;

/// <summary>The two roles of one database. Roles belong to the whole server, so their names carry the database: a login given in a test
/// database reads nothing of another one.</summary>
internal sealed record AnalystRoleNames
{
    private const string AnalystPrefix = "followersync_analyst_";
    private const string AnalystPiiPrefix = "followersync_pii_";

    // PostgreSQL cuts a name after 63 bytes. A name that carries its database in full is shorter than every one that was cut, so no two meet.
    private const int LongestName = 63;
    private const int LongestUncut = 54;
    private const int ShortestDigest = 16;

    /// <param name="database">Name of the database.</param>
    public AnalystRoleNames(string database)
    {
        Analyst = Fit(AnalystPrefix, database);
        AnalystPii = Fit(AnalystPiiPrefix, database);
    }

    /// <summary>Reads everything of <c>wechat</c> but the personal columns.</summary>
    public string Analyst { get; }

    /// <summary>Reads all of <c>wechat</c>.</summary>
    public string AnalystPii { get; }

    /// <summary>What the names of such roles begin with, in every database.</summary>
    public static string[] Prefixes { get; } = [AnalystPrefix, AnalystPiiPrefix];

    private static string Fit(string prefix, string database)
    {
        string name = prefix + database;
        if (Encoding.UTF8.GetByteCount(name) <= LongestUncut)
            return name;

        StringBuilder cut = new(prefix);
        int bytes = prefix.Length;
        foreach (Rune letter in database.EnumerateRunes().TakeWhile(letter => (bytes += letter.Utf8SequenceLength) < LongestName - ShortestDigest))
            cut.Append(letter);
        cut.Append('_');
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)));
        return cut.Append(digest.AsSpan(0, LongestName - Encoding.UTF8.GetByteCount(cut.ToString()))).ToString();
    }
}
