using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.Database.Schema;

/// <summary>The views a program brings along, in the order of dependency. They are made anew together, whenever one of them changed.</summary>
internal sealed class ViewSet
{
    /// <param name="scripts">In any order; they are sorted by name.</param>
    /// <param name="programVersion">Version of the program that brings them; a database whose views a newer one made is left alone.</param>
    public ViewSet(IEnumerable<ViewScript> scripts, string programVersion)
    {
        Scripts = [.. scripts.OrderBy(script => script.Name, StringComparer.Ordinal)];
        ProgramVersion = programVersion;
        Checksum = ChecksumOf(Scripts);
    }

    public IReadOnlyList<ViewScript> Scripts { get; }

    public string ProgramVersion { get; }

    /// <summary>What the schema says of itself. No part of the checksum: views in another language are not out of date.</summary>
    public SchemaComments? Comments { get; init; }

    /// <summary>SHA-256 over all names and texts, in lower-case hexadecimal digits.</summary>
    public string Checksum { get; }

    /// <summary>What lay in <c>db/views</c> when the program was built.</summary>
    public static ViewSet Embedded(SchemaComments? comments = null) => new(EmbeddedScripts.Read("db/views/").Select(script => ViewScript.Parse(script.Name, script.Sql)), Schema.ProgramVersion.Own)
    {
        Comments = comments,
    };

    private static string ChecksumOf(IEnumerable<ViewScript> scripts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ViewScript script in scripts)
            hash.AppendData(Encoding.UTF8.GetBytes($"{script.Name}\0{script.Sql}\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
