namespace FollowerSync.Settings;

/// <summary>A folder with one file a secret. One line end after a value is dropped, whichever system wrote it.</summary>
internal sealed class SecretFolder(string folder) : ConfigurationProvider
{
    /// <summary>Its files; what begins with a dot is Kubernetes' own or an editor's.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal);

    /// <summary>The key of the setting in a file, by the file's name.</summary>
    public static string KeyOf(string file) => Path.GetFileName(file).Replace("__", ":", StringComparison.Ordinal);

    /// <exception cref="SettingsException">Two files have one key, or one is not UTF-8.</exception>
    public override void Load()
    {
        Dictionary<string, string> files = new(StringComparer.OrdinalIgnoreCase);
        foreach (string file in Files)
        {
            string key = KeyOf(file);
            if (!files.TryAdd(key, file))
                throw new SettingsException($"{ShownValue.Name(key)} stands in two secret files, {files[key]} and {file}. Keep the right one of them; capitals make no difference.");
            // Settings have a section. Whatever else lies there is nothing of ours.
            if (key.Contains(':', StringComparison.Ordinal))
                TextFile.RequireUtf8(file);
        }

        Data = files.ToDictionary(one => one.Key, one => (string?)WithoutLineEnd(File.ReadAllText(one.Value)), StringComparer.OrdinalIgnoreCase);
    }

    private static string WithoutLineEnd(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') || text.EndsWith('\r') ? text[..^1] : text;

    /// <summary>Makes the provider for a builder.</summary>
    internal sealed class Source(string folder) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => new SecretFolder(folder);
    }
}
