using System.Text.Json;
using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>Reads the settings: one file, then the environment, then the secrets folder, then the credentials of systemd; a later one wins.</summary>
internal sealed class SettingsSources
{
    /// <summary>Environment variable naming the settings file, for when <c>--config</c> cannot be given.</summary>
    public const string FileVariable = "FOLLOWERSYNC_CONFIG";

    /// <summary>Environment variable by which systemd names the folder of a service's credentials: files as in <c>Secrets:Folder</c>.</summary>
    public const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

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
    public Sentence Description =>
        $"Settings come from {File}, then environment variables (WeChat__Accounts__0__AppId), then files in Secrets:Folder and in ${CredentialsVariable}; a later one wins.";

    /// <param name="file">The settings file; null = the one named by <see cref="FileVariable"/>, else <c>appsettings.json</c> beside the
    /// program, or what it is a link to. The current directory is not searched: what the worker does must not depend on where it was started.</param>
    /// <exception cref="SettingsException">The file, or the secrets folder, is missing or cannot be read.</exception>
    public static SettingsSources Load(string? file) => Load(file, Environment.GetEnvironmentVariable(CredentialsVariable));

    /// <param name="file">The settings file.</param>
    /// <param name="credentials">The folder of systemd's credentials; null = none.</param>
    public static SettingsSources Load(string? file, string? credentials)
    {
        if (file is not null && string.IsNullOrWhiteSpace(file))
            throw new SettingsException("--config names no file: what it was given is empty.");
        string? named = file ?? NullIfEmpty(Environment.GetEnvironmentVariable(FileVariable));
        string path = Path.GetFullPath(named ?? LinkedFrom(Path.Combine(AppContext.BaseDirectory, FileName)));
        if (!System.IO.File.Exists(path))
            throw new SettingsException($"The settings file {path} does not exist. Name another with --config FILE or {FileVariable}.");

        try
        {
            TextFile.RequireUtf8(path);
            IConfigurationBuilder builder = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).AddEnvironmentVariables();
            if (NullIfEmpty(builder.Build()[$"{SecretsOptions.Section}:{nameof(SecretsOptions.Folder)}"]) is { } folder)
                builder.Add(new SecretFolder.Source(SecretsPath(folder, path)));
            if (Directory.Exists(credentials))
                builder.Add(new SecretFolder.Source(credentials));
            return new SettingsSources(builder.Build(), path);
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
    public IReadOnlyList<string> FindExposed(SettingsSchema schema) => ExposedFiles.Find(Root, schema, File);

    // A package keeps the file where an operator looks for it, with a link beside the program: the file itself is what messages name.
    private static string LinkedFrom(string path) =>
        System.IO.File.Exists(path) && System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path;

    private static string SecretsPath(string folder, string settingsFile)
    {
        string path = Path.GetFullPath(folder, Path.GetDirectoryName(settingsFile)!);
        if (Directory.Exists(path))
            return path;
        SettingsFault fault = new("Secrets:Folder", "must name a folder that exists", ShownValue.LooksSecret(Path.GetFileName(folder)) ? ShownValue.Of(folder, secret: true) : Sentence.Foreign($"\"{path}\""));
        throw new SettingsException([fault], sources: null);
    }

    // What the reader stumbled over may be a secret that lacks its quotes, so its own text is not repeated.
    private static Sentence PlaceOf(Exception exception) => exception switch
    {
        JsonException { LineNumber: { } line, BytePositionInLine: { } column } => (Sentence)$": see line {line + 1}, byte {column + 1}",
        FormatException => ": a setting stands in it twice, or it is no object of settings",
        _ => "",
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
