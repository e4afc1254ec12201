using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace FollowerSync.Settings;

/// <summary>A folder with one file a secret. One line end after a value is dropped, whichever system wrote it; the library drops its own system's only.</summary>
internal sealed class SecretFolder(string folder)
    : KeyPerFileConfigurationProvider(new KeyPerFileConfigurationSource { FileProvider = new PhysicalFileProvider(folder), Optional = false, ReloadOnChange = false })
{
    public IEnumerable<string> Files => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal);

    public override void Load()
    {
        base.Load();
        foreach ((string key, string? value) in Data.ToArray())
            Data[key] = value is null || !value.EndsWith(RestOfLineEnd) ? value : value[..^1];
    }

    // Of \r\n the library leaves \r where \n is a line end, and all of \n where \r\n is one.
    private static char RestOfLineEnd => Environment.NewLine == "\n" ? '\r' : '\n';

    /// <summary>Makes the provider for a builder.</summary>
    internal sealed class Source(string folder) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new SecretFolder(folder);
    }
}
