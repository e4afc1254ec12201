using FollowerSync.Accounts;
using FollowerSync.Alerts;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Says who is told when something needs a person. Nothing is sent.</summary>
internal sealed class AlertCheck(CheckList list)
{
    private const string Name = "alerts";

    public void Run(IConfiguration settings, IReadOnlyList<AccountOptions> accounts)
    {
        AlertsOptions alerts = settings.GetSection(AlertsOptions.Section).Get<AlertsOptions>() ?? new AlertsOptions();
        int beats = accounts.Count(account => account.HeartbeatUrl.Length > 0);
        if (alerts.Channels.Count == 0)
            list.Ok(Name, $"none: nobody is told when a sync fails. docs/alerts.md has a few lines for WeCom, DingTalk, Feishu, mail and others.{Beats(beats, accounts.Count)}");
        else
            list.Ok(Name, $"{string.Join(", ", alerts.Channels.Select(channel => $"{channel.DisplayName} ({channel.Kind})"))}. Nothing was sent: \"followersync alert test\" does that.{Beats(beats, accounts.Count)}");
    }

    private static Sentence Beats(int beats, int accounts) => beats == 0 ? Sentence.Empty : (Sentence)$" {beats} of {accounts} account(s) have a heartbeat.";
}
