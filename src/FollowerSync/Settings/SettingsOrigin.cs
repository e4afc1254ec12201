using FollowerSync.Languages;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace FollowerSync.Settings;

/// <summary>Tells which source a value came from, so that people know where to correct it.</summary>
internal static class SettingsOrigin
{
    public static Sentence? Of(IConfigurationRoot root, string path)
    {
        IConfigurationProvider? provider = root.Providers.LastOrDefault(candidate => candidate.TryGet(path, out string? value) && value is not null);
        return provider switch
        {
            JsonConfigurationProvider json => (Sentence)$"in {json.Source.Path}",
            EnvironmentVariablesConfigurationProvider => $"in environment variable {FileName(path)}",
            SecretFolder => $"in secret file {FileName(path)}",
            _ => null,
        };
    }

    private static string FileName(string path) => path.Replace(":", "__", StringComparison.Ordinal);
}
