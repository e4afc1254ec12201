using FollowerSync.Settings;

namespace FollowerSync.Database.Schema;

/// <summary>Section <c>Analysts</c>: how the database speaks to those who query it.</summary>
internal sealed class AnalystsOptions
{
    public const string Section = "Analysts";

    private const string Auto = "auto";
    private const string AccountsKey = "WeChat:Accounts";
    private const string ChineseAccount = "zh_CN";

    /// <summary>Language of the descriptions of tables, columns and views, and of why and difference_why in the views: <c>en</c>, <c>zh-CN</c>, or <c>auto</c> (default):
    /// <c>zh-CN</c> when every account's <c>Language</c> is <c>zh_CN</c>, else <c>en</c>.</summary>
    [OneOf(Auto, SchemaComments.English, SchemaComments.Chinese)]
    public string Language { get; set; } = Auto;

    /// <summary>The language the settings ask for, by themselves or by those of the accounts.</summary>
    public static string LanguageOf(IConfiguration settings)
    {
        if (settings[$"{Section}:{nameof(Language)}"] is { Length: > 0 } language && language != Auto)
            return language;

        // An entry without an AppID is the empty one of the shipped settings.
        IConfigurationSection[] accounts = [.. settings.GetSection(AccountsKey).GetChildren().Where(account => !string.IsNullOrEmpty(account["AppId"]))];
        return accounts.Length > 0 && accounts.All(account => (account["Language"] ?? ChineseAccount) == ChineseAccount) ? SchemaComments.Chinese : SchemaComments.English;
    }
}
