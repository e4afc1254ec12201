using System.Globalization;
using FollowerSync.Languages;

namespace FollowerSync.Alerts.Texts;

/// <summary>The messages in Chinese.</summary>
internal sealed class ChineseWords : IAlertWords
{
    public string Trial => "这是一条测试消息。该渠道工作正常，没有任何故障。";

    public string MayRepeat => "（可能重复：上一次发送没有得到答复。）";

    public string Name(AlertKind kind) => kind switch
    {
        AlertKind.RunFailed => "同步失败",
        AlertKind.Stale => "数据超期未更新",
        AlertKind.Held => "同步等待人工确认",
        AlertKind.Partial => "同步连续两次未完成",
        AlertKind.Rejected => "微信拒绝了部分关注者",
        AlertKind.QuotaLow => "当日接口调用次数用尽",
        AlertKind.TokenConflict => "access_token 被其他程序替换",
        AlertKind.Reconciliation => "人数与微信统计不一致",
        AlertKind.DatabaseAway => "数据库曾经不可用",
        _ => "告警无法送达",
    };

    public string Mark(AlertStep step, AlertSeverity severity) => step switch
    {
        AlertStep.Resolved => "【已恢复】",
        AlertStep.Test => "【测试】",
        AlertStep.Repeat => severity == AlertSeverity.Critical ? "【严重·仍未恢复】" : "【警告·仍未恢复】",
        _ => severity == AlertSeverity.Critical ? "【严重】" : "【警告】",
    };

    public string What(AlertMessage message) => message.Kind switch
    {
        AlertKind.RunFailed when message.Facts is { RunId: { } run, IsTriedAgain: true } => Text($"第 {run} 次同步失败，此前两次也失败了；程序会继续自动重试。"),
        AlertKind.RunFailed when message.Facts.RunId is { } run => Text($"第 {run} 次同步失败，在下一个计划时间之前不会自动重试。"),
        AlertKind.RunFailed => "微信拒绝了该公众号的调用，无法同步。",
        AlertKind.Stale => message.Facts.Since is { } since ? $"最近一次成功的同步结束于 {BeijingTime.Of(since)}。" : "还没有任何一次同步成功。",
        AlertKind.Held => Text($"第 {message.Facts.RunId} 次同步将一次改变 {Bounded(message.Facts.Count)} 人，超过了安全上限。"),
        AlertKind.Partial => Text($"第 {message.Facts.RunId} 次同步和它之前的一次都没有完成。"),
        AlertKind.Rejected => Text($"列表中的 {message.Facts.Of:N0} 个 openid 里，有 {Bounded(message.Facts.Count)} 个被微信拒绝。"),
        AlertKind.QuotaLow => "本程序当天可用的接口调用次数已经用完。",
        AlertKind.TokenConflict => Text($"access_token 在一小时内有 {message.Facts.Count} 次在到期之前失效。"),
        AlertKind.Reconciliation => Text($"连续两天，微信统计的关注人数与本程序的上下限相差 {message.Facts.Count:+#,0;-#,0} 人（{Day(message)} 共 {message.Facts.Of:N0} 人）。"),
        AlertKind.DatabaseAway => "数据库一度没有响应，现已恢复。",
        _ => "该渠道连续三条消息都没有送达。",
    };

    public string Effect(AlertKind kind) => kind switch
    {
        AlertKind.RunFailed or AlertKind.Stale => "数据停留在上一次成功同步时的状态；已存入的数据都是对的。",
        AlertKind.Held => "新增和资料变化照常存入；在有人确认之前，不会把任何人标记为取消关注。",
        AlertKind.Partial => "已存入的数据都是对的，但不完整。",
        AlertKind.Rejected => "其中新的人没有存入，其余的人保留已存入的内容；之后会再次询问。",
        AlertKind.QuotaLow => "本轮同步将在次日从中断处继续。",
        AlertKind.TokenConflict => "本程序和另一个程序的调用都会失败、重试。",
        AlertKind.Reconciliation => "总数和增长数据可能有同样大小的偏差。",
        AlertKind.DatabaseAway => "这段时间内的同步失败或推迟，会自动重试。",
        _ => "没有人能通过该渠道收到告警。",
    };

    public string? Cause(AlertMessage message) => message.Facts.Cause switch
    {
        AlertCause.Code when message.Facts.ErrorCode is { } code =>
            Text($"微信返回 {code}：{message.Facts.ReactionTo(code).Meaning.In(Language.Chinese)}。{(message.Facts.SeenAs is { } ip ? $"微信看到的本机 IP 是 {ip}。" : "")}{(message.Facts.RequestId is { } rid ? $"rid：{rid}。" : "")}"),
        AlertCause.NoAnswer => "微信（或 token 服务）没有给出可用的答复。",
        AlertCause.Database => "数据库出错。",
        AlertCause.Died => "进程中断：内存不足、被杀死，或机器关机。",
        AlertCause.Program => "程序自身的错误。",
        AlertCause.Reserve => "其余的调用次数留给您的其他系统（Sync:QuotaReservePercent）。",
        _ => null,
    };

    public string Remedy(AlertMessage message) => message.Kind switch
    {
        AlertKind.RunFailed or AlertKind.Partial when message.Facts is { Cause: AlertCause.Code, ErrorCode: { } code } => $"{message.Facts.ReactionTo(code).Remedy.In(Language.Chinese)}然后运行 {Sync(message)}。",
        AlertKind.RunFailed or AlertKind.Partial when message.Facts.Cause == AlertCause.NoAnswer =>
            $"请检查网络、中间的代理、WeChat:BaseAddress，以及 token 服务（如果使用）。然后运行：followersync check，{Sync(message)}。",
        AlertKind.RunFailed or AlertKind.Partial => $"用 followersync status 查看原因，再运行 followersync check 和 {Sync(message)}。",
        AlertKind.Stale => $"用 followersync status 查看原因。程序在运行吗？然后运行 {Sync(message)}。",
        AlertKind.Held => Text($"先查看：followersync approve {message.Facts.RunId} --show；再批准，或用 --reject 放弃。"),
        AlertKind.Rejected => "原因见 followersync.rejected_openids。是否混淆了两个公众号的 AppId？",
        AlertKind.QuotaLow => $"如果可以晚一天，无需处理；否则请在公众平台提高上限，或将 Sync:ProfileRefresh 设为 Rotate。{(message.Facts.Until is { } until ? $"将于 {BeijingTime.Of(until)} 继续。" : "")}",
        AlertKind.TokenConflict => "找到另一个程序，让它改用 stable_token，或让双方共用一个 token 服务（docs/tokens.zh-CN.md）。",
        AlertKind.Reconciliation => "查询 wechat.daily_totals，difference_why 一列说明已知的原因。",
        AlertKind.DatabaseAway => "请查看数据库日志；用 followersync status 确认各公众号的数据是否已更新。",
        _ => "运行 followersync alert test，查看该渠道的答复。",
    };

    public string Line(AlertLine line, string text) => line == AlertLine.Times ? text : $"{line switch { AlertLine.What => "故障", AlertLine.Effect => "影响", AlertLine.Cause => "原因", AlertLine.Remedy => "怎么办", _ => "详情" }}：{text}";

    public string Times(AlertMessage message) => message.EndedAt is { } end
        ? $"{BeijingTime.Of(message.StartedAt)} 至 {BeijingTime.Of(end)}（北京时间），持续 {Length(message.Lasted)}。" : $"开始于 {BeijingTime.Of(message.StartedAt)}（北京时间）。";

    public string Several(int count) => Text($"共 {count} 条告警");

    public string AndMore(int count) => Text($"……另有 {count} 条，请运行 followersync status");

    private static string Sync(AlertMessage message) => $"followersync sync --account {message.Facts.AppId}";

    private static string Length(TimeSpan time) => time < TimeSpan.FromMinutes(1) ? Text($"{time.TotalSeconds:0} 秒")
        : time < TimeSpan.FromHours(1) ? Text($"{(int)time.TotalMinutes} 分钟") : Text($"{(int)time.TotalHours} 小时 {time.Minutes} 分钟");

    private static string Bounded(long? count) => count is null ? "许多" : count > AlertLimits.CountedAtMost ? Text($"超过 {AlertLimits.CountedAtMost:N0}") : Text($"{count:N0}");

    private static string Day(AlertMessage message) => message.Facts.Since is { } day ? BeijingTime.DayOf(day) : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
