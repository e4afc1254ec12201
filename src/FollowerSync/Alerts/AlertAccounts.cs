using FollowerSync.Accounts;
using FollowerSync.Settings;

namespace FollowerSync.Alerts;

/// <summary>The accounts that channels are told of are accounts of the settings.</summary>
internal static class AlertAccounts
{
    public static IEnumerable<SettingsFault> Broken(IConfiguration settings)
    {
        IList<AccountOptions> accounts = settings.GetSection(WeChatOptions.Section).Get<WeChatOptions>()?.Accounts ?? [];
        AlertsOptions alerts = settings.GetSection(AlertsOptions.Section).Get<AlertsOptions>() ?? new AlertsOptions();
        for (int channel = 0; channel < alerts.Channels.Count; channel++)
            for (int index = 0; index < alerts.Channels[channel].Accounts.Count; index++)
                if (!accounts.Any(account => Is(account, alerts.Channels[channel].Accounts[index])))
                    yield return new SettingsFault(
                        $"{AlertsOptions.Section}:{nameof(AlertsOptions.Channels)}[{channel}]:Accounts[{index}]", "must be the name or AppId of an account of WeChat:Accounts",
                        ShownValue.Of(alerts.Channels[channel].Accounts[index], secret: false));
    }

    /// <summary>Whether the account is meant by a name or AppId.</summary>
    public static bool Is(AccountOptions account, string nameOrAppId) =>
        string.Equals(account.DisplayName, nameOrAppId, StringComparison.OrdinalIgnoreCase) || string.Equals(account.AppId, nameOrAppId, StringComparison.OrdinalIgnoreCase);
}
