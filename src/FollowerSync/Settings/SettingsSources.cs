using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace FollowerSync.Settings;

/// <summary>Reads the settings: one file, then the environment, then the secrets folder; a later one wins.</summary>
internal sealed class SettingsSources
{
    /// <summary>Environment variable naming the settings file, for when <c>--config</c> cannot be given.</summary>
    public const string FileVariable = "FOLLOWERSYNC_CONFIG";

    private const string FileName = "appsettings.json";

    private SettingsSources(IConfigurationRoot root, string file)
    {
        Root = root;
        File = file;
    }

    public IConfigurationRoot Root { get; }

    /// <summary>Full path of the settings file.</summary>
    public string File { get; }

    /// <summary>One sentence on where settings come from, for messages about wrong ones.</summary>
    public string Description =>
        $"Settings come from {File}, then environment variables (WeChat__Accounts__0__AppId), then files in Secrets:Folder; a later one wins.";

    /// <param name="file">The settings file; null = the one named by <see cref="FileVariable"/>, else <c>appsettings.json</c> beside the
    /// program. The current directory is not searched: what the worker does must not depend on where it was started.</param>
    /// <exception cref="SettingsException">The file or the secrets folder is missing or cannot be read.</exception>
    public static SettingsSources Load(string? file)
    {
        string? named = file ?? NullIfEmpty(Environment.GetEnvironmentVariable(FileVariable));
        string path = Path.GetFullPath(named ?? Path.Combine(AppContext.BaseDirectory, FileName));
        if (!System.IO.File.Exists(path))
            throw new SettingsException($"The settings file {path} does not exist. Name another with --config FILE or {FileVariable}.");

        try
        {
            IConfigurationBuilder builder = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).AddEnvironmentVariables();
            IConfigurationRoot root = builder.Build();
            string? folder = NullIfEmpty(root[$"{SecretsOptions.Section}:{nameof(SecretsOptions.Folder)}"]);
            return folder is null ? new SettingsSources(root, path) : new SettingsSources(WithSecrets(builder, folder, path), path);
        }
        catch (InvalidDataException exception)
        {
            throw new SettingsException($"The settings file {path} is not valid JSON{PlaceOf(exception.GetBaseException())}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Settings cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The settings, checked and copied, so that nothing changes under a running worker.</summary>
    /// <param name="schema">What is checked.</param>
    /// <param name="except">Keys the caller does without.</param>
    /// <exception cref="SettingsException">Something is wrong; the message lists everything that is.</exception>
    public IConfigurationRoot Checked(SettingsSchema schema, params string[] except)
    {
        IReadOnlyList<SettingsFault> faults = schema.Check(Root, except);
        return faults.Count == 0 ? FrozenSettings.Of(Root) : throw new SettingsException(faults, Description);
    }

    /// <summary>Files with secrets that other users of the machine may read.</summary>
    public IReadOnlyList<string> FindExposed(SettingsSchema schema)
    {
        string? folder = NullIfEmpty(Root[$"{SecretsOptions.Section}:{nameof(SecretsOptions.Folder)}"]);
        return ExposedFiles.Find(Root, schema, File, folder is null ? null : SecretsPath(folder, File));
    }

    private static string SecretsPath(string folder, string settingsFile) => Path.GetFullPath(folder, Path.GetDirectoryName(settingsFile)!);

    private static IConfigurationRoot WithSecrets(IConfigurationBuilder builder, string folder, string settingsFile)
    {
        string path = SecretsPath(folder, settingsFile);
        if (!Directory.Exists(path))
        {
            SettingsFault fault = new("Secrets:Folder", "must name a folder that exists", ShownValue.LooksSecret(Path.GetFileName(folder)) ? ShownValue.Of(folder, secret: true) : $"\"{path}\"");
            throw new SettingsException([fault], sources: null);
        }

        KeyPerFileConfigurationSource files = new() { FileProvider = new PhysicalFileProvider(path), Optional = false, ReloadOnChange = false };
        return builder.Add(new SecretFolder.Source(files)).Build();
    }

    // What the reader stumbled over may be a secret that lacks its quotes, so its own text is not repeated.
    private static string PlaceOf(Exception exception) => exception switch
    {
        JsonException { LineNumber: { } line, BytePositionInLine: { } column } => string.Create(CultureInfo.InvariantCulture, $": see line {line + 1}, byte {column + 1}"),
        FormatException => ": a setting stands in it twice, or it is no object of settings",
        _ => "",
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
