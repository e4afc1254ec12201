using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Database.Schema;

/// <summary>Section <c>Analysts</c>: how the database speaks to those who query it.</summary>
internal sealed class AnalystsOptions
{
    public const string Section = "Analysts";

    private const string Auto = "auto";
    private const string AccountsKey = "WeChat:Accounts";
    private const string ChineseAccount = "zh_CN";

    /// <summary>Language of the descriptions of tables, columns and views, of why, difference_why and not_read in the views, and of error and note
    /// in <c>sync_runs</c>: <c>en</c>, <c>zh-CN</c>, or <c>auto</c> (default): <c>zh-CN</c> when every account's <c>Language</c> is <c>zh_CN</c>, else <c>en</c>.</summary>
    [OneOf(Auto, LanguageCode.English, LanguageCode.Chinese)]
    public string Language { get; set; } = Auto;

    /// <summary>The replica that analysts are to read, as <c>host</c> or <c>host:port</c>, or several separated by commas: <c>grant</c> prints a connection line for it. Empty
    /// (default): the worker's own server.</summary>
    [Hosts]
    public string ReadHost { get; set; } = "";

    /// <summary>The replicas, each with a port.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="port">Port of those that name none.</param>
    /// <returns>Empty when there is none.</returns>
    public static IReadOnlyList<string> ReadHostsOf(IConfiguration settings, int port) => settings[$"{Section}:{nameof(ReadHost)}"] is { Length: > 0 } hosts
        ? [.. hosts.Split(',').Select(host => new Uri($"tcp://{host}")).Select(host => FormattableString.Invariant($"{host.Host}:{(host.Port > 0 ? host.Port : port)}"))] : [];

    /// <summary>The language the settings ask for, by themselves or by those of the accounts.</summary>
    public static string LanguageOf(IConfiguration settings)
    {
        if (settings[$"{Section}:{nameof(Language)}"] is { Length: > 0 } language && language != Auto)
            return language;

        // An entry without an AppID is the empty one of the shipped settings.
        IConfigurationSection[] accounts = [.. settings.GetSection(AccountsKey).GetChildren().Where(account => !string.IsNullOrEmpty(account["AppId"]))];
        return accounts.Length > 0 && accounts.All(account => (account["Language"] ?? ChineseAccount) == ChineseAccount) ? LanguageCode.Chinese : LanguageCode.English;
    }

    /// <summary>The same, for texts that the program writes.</summary>
    public static Language TextsOf(IConfiguration settings) => LanguageOf(settings) == LanguageCode.Chinese ? Languages.Language.Chinese : Languages.Language.English;
}
