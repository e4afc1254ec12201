namespace FollowerSync.StatusPage.Views;

/// <summary>What the pages say. Names of settings, verbs and WeChat's fields stay as they are.</summary>
internal static class PageTexts
{
    public static readonly PageText Title = new("公众号粉丝同步", "Followers in sync");
    public static readonly PageText Overview = new("概览", "Overview");
    public static readonly PageText ActionLog = new("操作日志", "Log of actions");
    public static readonly PageText OtherLanguage = new("English", "中文");
    public static readonly PageText SkipToContent = new("跳到内容", "Skip to the content");
    public static readonly PageText AsOf = new("数据库时间 {0}（北京时间，UTC+8）", "Database time {0} (Beijing, UTC+8)");
    public static readonly PageText ReadOnly = new("只读", "read only");

    public static readonly PageText Seconds = new("{0} 秒", "{0} s");
    public static readonly PageText Minutes = new("{0} 分 {1} 秒", "{0} min {1} s");
    public static readonly PageText Hours = new("{0} 小时 {1} 分", "{0} h {1} min");
    public static readonly PageText Days = new("{0} 天", "{0} days");
    public static readonly PageText Ago = new("{0}前", "{0} ago");

    public static readonly PageText NothingWaits = new("没有需要处理的事项。", "Nothing waits for you.");
    public static readonly PageText Waits = new("{0} 件事需要处理", "{0} to look at");
    public static readonly PageText AndMore = new("另有 {0} 条。", "And {0} more.");
    public static readonly PageText Effect = new("影响：", "Effect: ");
    public static readonly PageText Cause = new("原因：", "Cause: ");
    public static readonly PageText Remedy = new("怎么办：", "What to do: ");
    public static readonly PageText RequestId = new("提供给腾讯的 rid：", "rid to give Tencent: ");
    public static readonly PageText Since = new("自 {0}", "since {0}");
    public static readonly PageText NoAccounts = new("还没有公众号。请在设置 WeChat:Accounts 中填写 AppId 和 AppSecret，然后运行 followersync check。", "There is no account yet. Put AppId and AppSecret into WeChat:Accounts, then run followersync check.");
    public static readonly PageText NoRuns = new("还没有同步过。", "Nothing was synced yet.");
    public static readonly PageText NoGrowth = new("首次完整同步之后的第二天起，这里显示增长。", "Growth is shown from the day after the first complete sync on.");
    public static readonly PageText NoActions = new("还没有人在状态页上操作过。", "Nobody has done anything on the page yet.");

    public static readonly PageText Account = new("公众号", "Account");
    public static readonly PageText LastRun = new("最近一次同步", "Last run");
    public static readonly PageText Data = new("数据", "Data");
    public static readonly PageText Followers = new("关注者", "Followers");
    public static readonly PageText WeChatSays = new("微信：{0}", "WeChat: {0}");
    public static readonly PageText Agrees = new("一致", "agrees");
    public static readonly PageText Differs = new("相差 {0}", "differs by {0}");
    public static readonly PageText Changed = new("变化", "Changed");
    public static readonly PageText NewAndGone = new("新增 {0}，取消关注 {1}", "{0} new, {1} gone");
    public static readonly PageText Stop = new("。", ".");
    public static readonly PageText Colon = new("：", ": ");
    public static readonly PageText SinceRunBefore = new("粉丝数较上一次完整同步 {0}", "{0} followers since the complete run before");
    public static readonly PageText Calls = new("今日调用", "Calls today");
    public static readonly PageText ProfileCallsLeft = new("读取资料还可调用 {0} 次", "{0} left for profiles");
    public static readonly PageText TokenUntil = new("access_token 至 {0}", "access_token until {0}");
    public static readonly PageText Schedule = new("计划：{0}（{1}）", "Schedule: {0} ({1})");
    public static readonly PageText NextRun = new("下次同步", "Next run");
    public static readonly PageText NoNextRun = new("没有（没有运行中的程序）", "none: no worker lives");
    public static readonly PageText Paused = new("已暂停", "Paused");
    public static readonly PageText PausedBy = new("自 {0} 暂停（{1}）", "paused since {0} ({1})");
    public static readonly PageText NotConfigured = new("设置中没有此公众号，不再同步。", "The settings do not name it: it is no longer synced.");
    public static readonly PageText CompleteAsOf = new("完整截至 {0}", "complete as of {0}");
    public static readonly PageText FreshOnTime = new("按时", "on time");
    public static readonly PageText FreshLate = new("已延迟", "late");
    public static readonly PageText FreshOverdue = new("已过期", "overdue");
    public static readonly PageText FreshNever = new("从未完整", "never complete");
    public static readonly PageText FreshWaiting = new("等待次日的调用次数", "waits for the next day's calls");
    public static readonly PageText FreshNotDue = new("不再更新", "no run is due");
    public static readonly PageText StoppedUntil = new("停用至 {0}", "stopped until {0}");
    public static readonly PageText Slower = new("比平时慢：平时 {0}", "slower than usual: {0}");
    public static readonly PageText Took = new("用时 {0}", "took {0}");
    public static readonly PageText Trend = new("最近 {0} 次完整同步的粉丝数：{1} 至 {2}", "Followers in the last {0} complete runs: {1} to {2}");
    public static readonly PageText Quota = new("{0}（北京时间）清零；为其他系统保留 {1}%（Sync:QuotaReservePercent）。", "Counted anew from {0} in Beijing; {1} % are kept for other systems (Sync:QuotaReservePercent).");

    public static readonly PageText StatusRunning = new("同步中", "running");
    public static readonly PageText StatusSucceeded = new("成功", "succeeded");
    public static readonly PageText StatusPartial = new("部分完成", "partial");
    public static readonly PageText StatusHeld = new("待确认", "held");
    public static readonly PageText StatusFailed = new("失败", "failed");
    public static readonly PageText StatusCancelled = new("已停止", "cancelled");
    public static readonly PageText StatusAbandoned = new("中断", "broken off");
    public static readonly PageText StatusNone = new("从未", "never");
    public static readonly PageText TriggerSchedule = new("计划", "schedule");
    public static readonly PageText TriggerManual = new("手动", "by hand");
    public static readonly PageText TriggerStart = new("启动", "start");
    public static readonly PageText TriggerEvent = new("事件", "arrival");

    public static readonly PageText Progress = new("正在同步", "Under way");
    public static readonly PageText Listing = new("读取列表", "reading the list");
    public static readonly PageText Asking = new("读取资料", "reading profiles");
    public static readonly PageText Confirming = new("核实列表中没有的人", "asking about who is missing");
    public static readonly PageText Closing = new("标记与统计", "marking and counting");
    public static readonly PageText ProgressLine = new("{0} / {1}", "{0} of {1}");
    public static readonly PageText Rate = new("每秒 {0}", "{0} a second");
    public static readonly PageText Left = new("约剩 {0}", "about {0} left");

    public static readonly PageText MachineRoom = new("机房", "Machine room");
    public static readonly PageText Database = new("数据库", "Database");
    public static readonly PageText Schema = new("架构", "Schema");
    public static readonly PageText Version = new("版本", "Version");
    public static readonly PageText Token = new("access_token 有效至", "access_token valid until");
    public static readonly PageText Clock = new("时钟", "Clock");
    public static readonly PageText ClockFine = new("与数据库一致", "agrees with the database");
    public static readonly PageText ClockAhead = new("比数据库快 {0}", "{0} ahead of the database");
    public static readonly PageText ClockBehind = new("比数据库慢 {0}", "{0} behind the database");
    public static readonly PageText Workers = new("程序", "Workers");
    public static readonly PageText Worker = new("{0}，{1} 秒前有响应", "{0}, heard of {1} s ago");
    public static readonly PageText NoWorker = new("没有运行中的程序：不会按计划同步。", "None lives: nothing is synced by schedule.");
    public static readonly PageText Channels = new("告警渠道", "Alert channels");
    public static readonly PageText NoChannels = new("未设置（Alerts:Channels）", "none set (Alerts:Channels)");
    public static readonly PageText Delivered = new("最近送达 {0}", "last delivered {0}");
    public static readonly PageText NeverDelivered = new("尚未发送过", "nothing sent yet");
    public static readonly PageText Failing = new("自 {0} 起发送失败（{1} 次）", "failing since {0} ({1} times)");
}
