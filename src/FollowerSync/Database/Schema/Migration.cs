using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace FollowerSync.Database.Schema;

/// <summary>One script of <c>db/migrations</c>.</summary>
internal sealed partial record Migration
{
    private const string OutsideTransactionMark = "-- no transaction";

    private Migration(int version, string name, string sql)
    {
        Version = version;
        Name = name;
        Sql = sql;
        Checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
    }

    /// <summary>The number in front of the file's name, from 1.</summary>
    public int Version { get; }

    /// <summary>The file's name without folder, <c>0001_name.sql</c>.</summary>
    public string Name { get; }

    /// <summary>The script with line ends normalised to LF.</summary>
    public string Sql { get; }

    /// <summary>SHA-256 of <see cref="Sql"/> in lower-case hexadecimal digits.</summary>
    public string Checksum { get; }

    /// <summary>The script's first line asks for running outside a transaction, as <c>create index concurrently</c> needs it.</summary>
    public bool OutsideTransaction => Sql.Split('\n', 2)[0].TrimEnd() == OutsideTransactionMark;

    /// <exception cref="MigrationException">The file is not named like <c>0001_what_it_does.sql</c>.</exception>
    public static Migration Parse(string fileName, string sql)
    {
        Match match = FileName().Match(fileName);
        if (!match.Success)
            throw new MigrationException($"The migration \"{fileName}\" has no version in its name.", "Name it like 0001_what_it_does.sql.");

        string text = sql.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        return new Migration(int.Parse(match.Groups["version"].ValueSpan, CultureInfo.InvariantCulture), fileName, text);
    }

    [GeneratedRegex("^(?<version>[0-9]{4})_[a-z0-9_]+\\.sql$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
