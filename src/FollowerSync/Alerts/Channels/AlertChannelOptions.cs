using FollowerSync.Alerts.Texts;
using FollowerSync.Settings;

namespace FollowerSync.Alerts.Channels;

/// <summary><c>Alerts:Channels[]</c>: a robot, a mailbox or a program that is told of alerts.</summary>
internal sealed class AlertChannelOptions : ISettingsRules
{
    /// <summary>Name people use for it; default: its kind. Each name once.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it is. Default <see cref="ChannelKind.WeCom"/>.</summary>
    public ChannelKind Kind { get; set; } = ChannelKind.WeCom;

    /// <summary>The whole address: of the robot, of the webhook, of Alertmanager; for mail <c>smtp://USER@HOST:PORT</c>. Never logged.</summary>
    [Secret(InPart = true)]
    public string Url { get; set; } = "";

    /// <summary>For a robot: its key alone, in the place of <see cref="Url"/>. Never logged.</summary>
    [Secret]
    public string Key { get; set; } = "";

    /// <summary>DingTalk and Feishu: the secret of the robot's signature. Webhook and Alertmanager: sent as <c>Authorization: Bearer</c>. Never logged.</summary>
    [Secret]
    public string Secret { get; set; } = "";

    /// <summary>Who is named in the message: <c>@all</c>, a mobile number, or a user id. Robots only. Default nobody.</summary>
    public IList<string> Mentions { get; set; } = [];

    /// <summary>The least severity it is told of: <c>Warning</c> (default) or <c>Critical</c>.</summary>
    public AlertSeverity MinSeverity { get; set; } = AlertSeverity.Warning;

    /// <summary>The accounts it is told of, by name or AppId. Default all.</summary>
    public IList<string> Accounts { get; set; } = [];

    /// <summary>Mail: the sender. Default: the user of <see cref="Url"/>.</summary>
    public string From { get; set; } = "";

    /// <summary>Mail: who gets it.</summary>
    public IList<string> To { get; set; } = [];

    /// <summary>Mail: the user's password. Never logged.</summary>
    [Secret]
    public string Password { get; set; } = "";

    /// <summary>Mail: how the way is encrypted. Default <see cref="MailSecurity.StartTls"/>.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary><see cref="Name"/>, or the kind of a nameless one.</summary>
    public string DisplayName => Name.Length > 0 ? Name : Kind.ToString();

    /// <summary>Whether it is a robot of a group chat.</summary>
    public bool IsRobot => Kind is ChannelKind.WeCom or ChannelKind.DingTalk or ChannelKind.Feishu;

    public IEnumerable<SettingsFault> BrokenRules() => ChannelRules.Broken(this);
}

/// <summary>What a channel is.</summary>
internal enum ChannelKind
{
    /// <summary>A message push (group robot) of WeCom, 企业微信.</summary>
    WeCom,

    /// <summary>A custom robot of DingTalk, 钉钉.</summary>
    DingTalk,

    /// <summary>A custom robot of Feishu (飞书) or Lark.</summary>
    Feishu,

    /// <summary>Alertmanager, by its API v2.</summary>
    Alertmanager,

    /// <summary>Any program that takes what Alertmanager sends to webhooks, version 4.</summary>
    Webhook,

    /// <summary>Mail.</summary>
    Smtp,
}

/// <summary>How the way to the mail server is encrypted. There is no other.</summary>
internal enum MailSecurity
{
    /// <summary>By STARTTLS, as on port 587.</summary>
    StartTls,

    /// <summary>From the first byte, as on port 465.</summary>
    Tls,
}
