using System.CommandLine;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.Settings;
using FollowerSync.WeChat;
using Npgsql;
using Serilog.Core;
using Serilog.Events;

namespace FollowerSync.CommandLine;

/// <summary>What a verb works with once its settings are read and checked: the settings, and the log they ask for.</summary>
internal sealed class VerbSettings : IAsyncDisposable
{
    private VerbSettings(IConfigurationRoot configuration, CommandContext context, LogOutput output)
    {
        Configuration = configuration;
        LogOutput = output;
        Context = context;
        Accounts = configuration.GetSection(WeChatOptions.Section).Get<WeChatOptions>()?.Accounts.AsReadOnly() ?? [];
        RegisterSecrets();

        LoggingOptions logging = configuration.GetSection(LoggingOptions.Section).Get<LoggingOptions>() ?? new LoggingOptions();
        context.ShowsStackTraces = logging.Level.TryGetValue(LoggingOptions.DefaultCategory, out LogEventLevel level) && level <= LogEventLevel.Debug;
        Logger = WorkerLog.Create(logging, context.Mask, output);
    }

    public IConfigurationRoot Configuration { get; }

    public IReadOnlyList<AccountOptions> Accounts { get; }

    public CommandContext Context { get; }

    public Logger Logger { get; }

    public LogOutput LogOutput { get; }

    /// <param name="context">Where to write.</param>
    /// <param name="parsed">Says which settings file.</param>
    /// <param name="resultsOnOutput">Whether stdout belongs to results, so that logs go to stderr.</param>
    /// <param name="except">Keys the verb does without.</param>
    /// <exception cref="SettingsException">Something is wrong with the settings.</exception>
    public static VerbSettings Open(CommandContext context, ParseResult parsed, bool resultsOnOutput, params string[] except)
    {
        SettingsSources sources = SettingsSources.Load(parsed.GetValue(FollowerSyncCommand.ConfigOption));
        return new VerbSettings(sources.Checked(FollowerSyncSettings.Schema, except), context, new LogOutput(resultsOnOutput));
    }

    public ValueTask DisposeAsync() => Logger.DisposeAsync();

    private void RegisterSecrets()
    {
        foreach (AccountOptions account in Accounts)
        {
            Context.Mask.Register(account.AppSecret);
            Context.Mask.Register(account.TokenBearer);
        }

        Context.Mask.Register(new NpgsqlConnectionStringBuilder(Configuration.GetConnectionString(DatabaseOptions.ConnectionStringName)).Password);
    }
}
