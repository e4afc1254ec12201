using System.CommandLine;
using System.CommandLine.Completions;
using FollowerSync.Accounts;
using FollowerSync.Settings;

namespace FollowerSync.CommandLine;

/// <summary>Names of the accounts of the settings, for whoever presses Tab. Settings that cannot be read have none: a Tab tells no faults.</summary>
internal static class AccountCompletions
{
    private static readonly string[] ByAppId = ["--from", "--to"];

    /// <summary>Lets the options of the verb that take an account suggest one.</summary>
    public static void AddTo(Command verb)
    {
        foreach (Option<string?> option in verb.Options.OfType<Option<string?>>())
        {
            if (option.Name == "--account")
                option.CompletionSources.Add(tab => Read(tab, account => account.DisplayName));
            else if (ByAppId.Contains(option.Name, StringComparer.Ordinal))
                option.CompletionSources.Add(tab => Read(tab, account => account.AppId));
        }
    }

    private static IEnumerable<CompletionItem> Read(CompletionContext tab, Func<AccountOptions, string> shown)
    {
        try
        {
            IConfiguration settings = SettingsSources.Load(tab.ParseResult.GetValue(FollowerSyncCommand.ConfigOption)).Root;
            IReadOnlyList<AccountOptions> accounts = settings.GetSection(WeChatOptions.Section).Get<WeChatOptions>()?.Accounts.AsReadOnly() ?? [];
            return [.. accounts.Select(shown).Where(IsShown).Distinct(StringComparer.Ordinal).Select(name => new CompletionItem(name))];
        }
#pragma warning disable CA1031 // Whatever is wrong with the settings, the verb itself says it; here it would end up in the middle of somebody's line.
        catch (Exception)
        {
            return [];
        }
#pragma warning restore CA1031
    }

    private static bool IsShown(string name) => name.Length > 0 && !name.Any(char.IsControl) && !ShownValue.LooksSecret(name);
}
