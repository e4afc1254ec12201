using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.Settings;
using FollowerSync.Telemetry.Exporting;
using Serilog.Core;
using Serilog.Events;

namespace FollowerSync.CommandLine;

/// <summary>What a verb works with once its settings are read and checked: the settings, and the log they ask for.</summary>
internal sealed class VerbSettings : IAsyncDisposable
{
    // Shorter values of a query are words such as "json".
    private const int ShortestKey = 8;

    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(1);

    private VerbSettings(IConfigurationRoot configuration, Func<IConfiguration> readAgain, CommandContext context, LogOutput output, bool warningsOnly)
    {
        Configuration = configuration;
        ReadAgain = readAgain;
        LogOutput = output;
        Context = context;
        Accounts = configuration.GetSection(WeChatOptions.Section).Get<WeChatOptions>()?.Accounts.AsReadOnly() ?? [];
        RegisterSecrets(context.Mask, configuration);
        LoggingOptions logging = configuration.GetSection(LoggingOptions.Section).Get<LoggingOptions>() ?? new LoggingOptions();
        context.ShowsStackTraces = logging.DefaultLevel <= LogEventLevel.Debug;
        if (warningsOnly && logging.DefaultLevel == LogEventLevel.Information)
            logging.Level[LoggingOptions.DefaultCategory] = LogEventLevel.Warning;
        Logger = WorkerLog.Create(logging, context.Mask, output, TimeZoneInfo.FindSystemTimeZoneById(ZonedTime.ScheduleOf(configuration).TimeZone));
    }

    public IConfigurationRoot Configuration { get; }

    public IReadOnlyList<AccountOptions> Accounts { get; }

    /// <summary>Files with secrets of the settings that other users of the machine may read.</summary>
    public IReadOnlyList<string> ExposedFiles { get; private init; } = [];

    public CommandContext Context { get; }

    public Logger Logger { get; }

    public LogOutput LogOutput { get; }

    /// <summary>Reads the settings once more from where they came from; their secrets are masked from then on.</summary>
    public Func<IConfiguration> ReadAgain { get; }

    /// <param name="context">Where to write.</param>
    /// <param name="parsed">Says which settings file.</param>
    /// <param name="resultsOnOutput">Whether stdout belongs to results, so that logs go to stderr.</param>
    /// <param name="except">Keys the verb does without.</param>
    /// <exception cref="SettingsException">Something is wrong with the settings.</exception>
    public static VerbSettings Open(CommandContext context, ParseResult parsed, bool resultsOnOutput, params string[] except) =>
        new(Read(context, parsed, except, out IReadOnlyList<string> exposed), () => Load(context, parsed).Root, context, new LogOutput(resultsOnOutput), warningsOnly: false) { ExposedFiles = exposed };

    /// <summary>For a verb that answers a question: its answer is not buried under log lines that say it worked.</summary>
    /// <param name="context">Where to write.</param>
    /// <param name="parsed">Says which settings file.</param>
    /// <param name="except">Keys the verb does without.</param>
    /// <exception cref="SettingsException">Something is wrong with the settings.</exception>
    public static VerbSettings OpenQuietly(CommandContext context, ParseResult parsed, params string[] except) =>
        new(Read(context, parsed, except, out IReadOnlyList<string> exposed), () => Load(context, parsed).Root, context, new LogOutput(toStandardError: true), warningsOnly: true) { ExposedFiles = exposed };

    /// <summary>Settings built into the program, for a verb that must not depend on anybody's file or environment.</summary>
    public static VerbSettings BuiltIn(CommandContext context, IReadOnlyDictionary<string, string?> settings)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new VerbSettings(configuration, () => configuration, context, new LogOutput(toStandardError: true), warningsOnly: true);
    }

    /// <summary>Writes out what the log still holds, if somebody reads it.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.Run(Logger.Dispose).WaitAsync(LastLines, Context.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static IConfigurationRoot Read(CommandContext context, ParseResult parsed, string[] except, out IReadOnlyList<string> exposed)
    {
        SettingsSources sources = Load(context, parsed);
        context.Language = LanguageChoice.With(context.Language, parsed.GetValue(LanguageChoice.Option), SettingsSchema.ValueOfFile(sources.Root, LanguageChoice.Setting));
        IConfigurationRoot settings = sources.Checked(FollowerSyncSettings.Schema, except);
        exposed = sources.FindExposed(FollowerSyncSettings.Schema);
        return settings;
    }

    private static SettingsSources Load(CommandContext context, ParseResult parsed)
    {
        SettingsSources sources = SettingsSources.Load(parsed.GetValue(FollowerSyncCommand.ConfigOption));
        RegisterSecrets(context.Mask, sources.Root);
        return sources;
    }

    // Before the settings are checked: what is said about wrong ones must not show a secret either.
    private static void RegisterSecrets(SecretMask mask, IConfigurationRoot root)
    {
        // An AppID is no secret, and stands in the place of one when the two are swapped.
        foreach (string value in SecretValues.Of(root, FollowerSyncSettings.Schema))
            if (!AppIdAttribute.IsAppId(value))
                mask.Register(value);
        foreach (string address in SecretValues.Of(root, FollowerSyncSettings.Schema, inPart: true))
            foreach (string part in AddressSecrets.IsAddress(address) ? AddressSecrets.Of(address) : RedisAddress.SecretsOf(address))
                mask.Register(part);
        foreach (IConfigurationSection account in root.GetSection($"{WeChatOptions.Section}:{nameof(WeChatOptions.Accounts)}").GetChildren())
        {
            if (account[nameof(AccountOptions.AppId)]?.Trim() is { } appId)
                RegisterAppId(mask, appId);
            RegisterQuery(mask, account[nameof(AccountOptions.TokenAddress)]);
        }

        foreach (string header in OtlpTarget.SecretsOf(root))
            mask.Register(header);
        string? connection = root.GetConnectionString(DatabaseOptions.ConnectionStringName);
        if (!string.IsNullOrEmpty(connection) && DatabaseOptions.PartsOf(connection) is { } parts)
            mask.Register(parts.Password);
    }

    private static void RegisterAppId(SecretMask mask, string appId)
    {
        if (ShownValue.LooksSecret(appId))
            mask.Register(appId);
        else if (AppIdAttribute.IsAppId(appId))
            mask.RegisterAppId(appId);
    }

    // A token service may be asked with a key in its address.
    private static void RegisterQuery(SecretMask mask, string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
            return;
        foreach (string value in uri.Query.TrimStart('?').Split('&').Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]))
            if (value.Length >= ShortestKey)
                mask.Register(Uri.UnescapeDataString(value));
    }
}
