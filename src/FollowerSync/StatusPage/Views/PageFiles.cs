using System.Collections.Frozen;
using System.Security.Cryptography;

namespace FollowerSync.StatusPage.Views;

/// <summary>Style sheet, script and icon, as they are built into the program.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, PageFile> Known = Read();

    /// <summary>Where a page finds the file; another program's has another address, so browsers keep each for ever.</summary>
    public static string Address(string name) => Known.TryGetValue(name, out PageFile? file) ? $"/files/{name}?v={file.Version}" : $"/files/{name}";

    /// <summary>Whether the library of the charts was built in; else the charts that the server draws are all there are.</summary>
    public static bool HasCharts => Known.ContainsKey("uplot.js");

    /// <summary>The file; null when there is none of that name.</summary>
    public static PageFile? Find(string name) => Known.GetValueOrDefault(name);

    private static FrozenDictionary<string, PageFile> Read() => typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(name => name[Prefix.Length..], Read, StringComparer.Ordinal);

    private static PageFile Read(string name)
    {
        using Stream stream = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        string type = Path.GetExtension(name) switch { ".css" => "text/css", ".js" => "text/javascript", ".txt" => "text/plain", _ => "image/svg+xml" };
        return new PageFile(bytes, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]);
    }
}

/// <summary>A file of the page.</summary>
internal sealed record PageFile(byte[] Bytes, string Type, string Version);
