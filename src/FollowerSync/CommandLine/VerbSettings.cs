using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.Privacy;
using FollowerSync.Settings;
using Npgsql;
using Serilog.Core;
using Serilog.Events;

namespace FollowerSync.CommandLine;

/// <summary>What a verb works with once its settings are read and checked: the settings, and the log they ask for.</summary>
internal sealed class VerbSettings : IAsyncDisposable
{
    private VerbSettings(IConfigurationRoot configuration, CommandContext context, LogOutput output, bool warningsOnly)
    {
        Configuration = configuration;
        LogOutput = output;
        Context = context;
        Accounts = configuration.GetSection(WeChatOptions.Section).Get<WeChatOptions>()?.Accounts.AsReadOnly() ?? [];
        RegisterSecrets();

        LoggingOptions logging = configuration.GetSection(LoggingOptions.Section).Get<LoggingOptions>() ?? new LoggingOptions();
        LogEventLevel level = logging.Level.TryGetValue(LoggingOptions.DefaultCategory, out LogEventLevel set) ? set : LogEventLevel.Information;
        context.ShowsStackTraces = level <= LogEventLevel.Debug;
        if (warningsOnly && level == LogEventLevel.Information)
            logging.Level[LoggingOptions.DefaultCategory] = LogEventLevel.Warning;
        Logger = WorkerLog.Create(logging, context.Mask, output);
    }

    public IConfigurationRoot Configuration { get; }

    public IReadOnlyList<AccountOptions> Accounts { get; }

    /// <summary>Files with secrets of the settings that other users of the machine may read.</summary>
    public IReadOnlyList<string> ExposedFiles { get; private init; } = [];

    public CommandContext Context { get; }

    public Logger Logger { get; }

    public LogOutput LogOutput { get; }

    /// <param name="context">Where to write.</param>
    /// <param name="parsed">Says which settings file.</param>
    /// <param name="resultsOnOutput">Whether stdout belongs to results, so that logs go to stderr.</param>
    /// <param name="except">Keys the verb does without.</param>
    /// <exception cref="SettingsException">Something is wrong with the settings.</exception>
    public static VerbSettings Open(CommandContext context, ParseResult parsed, bool resultsOnOutput, params string[] except) =>
        new(Read(parsed, except, out IReadOnlyList<string> exposed), context, new LogOutput(resultsOnOutput), warningsOnly: false) { ExposedFiles = exposed };

    /// <summary>For a verb that answers a question: its answer is not buried under log lines that say it worked.</summary>
    /// <param name="context">Where to write.</param>
    /// <param name="parsed">Says which settings file.</param>
    /// <param name="except">Keys the verb does without.</param>
    /// <exception cref="SettingsException">Something is wrong with the settings.</exception>
    public static VerbSettings OpenQuietly(CommandContext context, ParseResult parsed, params string[] except) =>
        new(Read(parsed, except, out IReadOnlyList<string> exposed), context, new LogOutput(toStandardError: true), warningsOnly: true) { ExposedFiles = exposed };

    /// <summary>Settings built into the program, for a verb that must not depend on anybody's file or environment.</summary>
    public static VerbSettings BuiltIn(CommandContext context, IReadOnlyDictionary<string, string?> settings)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new VerbSettings(configuration, context, new LogOutput(toStandardError: true), warningsOnly: true);
    }

    public ValueTask DisposeAsync() => Logger.DisposeAsync();

    private static IConfigurationRoot Read(ParseResult parsed, string[] except, out IReadOnlyList<string> exposed)
    {
        SettingsSources sources = SettingsSources.Load(parsed.GetValue(FollowerSyncCommand.ConfigOption));
        IConfigurationRoot settings = sources.Checked(FollowerSyncSettings.Schema, except);
        exposed = sources.FindExposed(FollowerSyncSettings.Schema);
        return settings;
    }

    private void RegisterSecrets()
    {
        foreach (AccountOptions account in Accounts)
        {
            Context.Mask.Register(account.AppSecret);
            Context.Mask.Register(account.TokenBearer);
        }

        Context.Mask.Register(Configuration[$"{PrivacyOptions.Section}:{nameof(PrivacyOptions.HashKey)}"]);
        Context.Mask.Register(new NpgsqlConnectionStringBuilder(Configuration.GetConnectionString(DatabaseOptions.ConnectionStringName)).Password);
    }
}
