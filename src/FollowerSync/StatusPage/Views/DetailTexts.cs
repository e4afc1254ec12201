namespace FollowerSync.StatusPage.Views;

/// <summary>What the pages of an account, of a run and of actions say.</summary>
internal static class DetailTexts
{
    public static readonly PageText Growth = new("增长", "Growth");
    public static readonly PageText GrowthChart = new("{0} 至 {1} 每天结束时的关注者：{2} 至 {3}", "Followers at the end of each day, {0} to {1}: {2} to {3}");
    public static readonly PageText FlowChart = new("{0} 至 {1} 每天新增和取消关注", "New and gone by day, {0} to {1}");
    public static readonly PageText GrowthNote = new(
        "浅色为界限：取消关注的时间只知道在两次同步之间。", "The shade shows the bounds: when somebody left is known only between two runs.");
    public static readonly PageText ChartHint = new(
        "指向图表可读出当天的数字；横向拖动放大，双击显示两年。", "Point at a chart to read a day; drag across it to zoom in, double-click for two years.");
    public static readonly PageText NewLabel = new("新增", "New");
    public static readonly PageText GoneLabel = new("取消关注", "Gone");
    public static readonly PageText Day = new("日期", "Day");
    public static readonly PageText AtLeast = new("至少", "at least");
    public static readonly PageText AtMost = new("至多", "at most");
    public static readonly PageText Books = new("微信统计", "WeChat's books");
    public static readonly PageText AsTable = new("以表格显示", "As a table");

    public static readonly PageText LastRuns = new("最近的同步", "Last runs");
    public static readonly PageText Run = new("同步 {0}", "Run {0}");
    public static readonly PageText RunShort = new("编号", "Run");
    public static readonly PageText Status = new("结果", "Status");
    public static readonly PageText Trigger = new("起因", "Trigger");
    public static readonly PageText Started = new("开始", "Started");
    public static readonly PageText Ended = new("结束", "Ended");
    public static readonly PageText Took = new("用时", "Took");
    public static readonly PageText Node = new("节点", "Node");
    public static readonly PageText WeChatTotal = new("微信总数", "WeChat's total");
    public static readonly PageText Listed = new("列出", "Listed");
    public static readonly PageText Added = new("新增", "Added");
    public static readonly PageText Changed = new("变化", "Changed");
    public static readonly PageText Unchanged = new("不变", "Unchanged");
    public static readonly PageText Unsubscribed = new("取消关注", "Unsubscribed");
    public static readonly PageText Rejected = new("被拒绝", "Rejected");
    public static readonly PageText ApiCalls = new("调用次数", "API calls");
    public static readonly PageText Retries = new("重试", "Retries");
    public static readonly PageText TokenRefreshes = new("刷新 token", "Token refreshes");
    public static readonly PageText Waited = new("等待", "Waited");
    public static readonly PageText ListingTook = new("读取列表", "Reading the list");
    public static readonly PageText ConfirmingTook = new("确认缺少的人", "Asking for the missing");
    public static readonly PageText RefreshingTook = new("更新资料", "Refreshing profiles");
    public static readonly PageText ClosingTook = new("标记离开的人", "Marking who has gone");
    public static readonly PageText Refused = new("被微信拒绝的 openid", "Openids that WeChat refused");
    public static readonly PageText RetryAt = new("自动重试", "Tried again at");
    public static readonly PageText Counts = new("计数", "Counts");
    public static readonly PageText Times = new("时间", "Times");
    public static readonly PageText WhatHappened = new("发生了什么", "What happened");
    public static readonly PageText Usage = new("今日各接口调用", "Calls of today by API");
    public static readonly PageText Api = new("接口", "API");
    public static readonly PageText OwnCalls = new("本程序", "Made by us");
    public static readonly PageText OtherCalls = new("其他系统", "By other systems");
    public static readonly PageText Reserved = new("为其他系统保留", "Kept for others");
    public static readonly PageText DailyLimit = new("每日限额", "Daily limit");
    public static readonly PageText CallsLeft = new("还可调用", "Left");
    public static readonly PageText ToldAt = new("微信告知于", "WeChat said so");
    public static readonly PageText LimitAsked = new(
        "只有一天要调用很多次时才向微信询问限额，因为询问本身也是一次调用。", "WeChat is asked for a limit only when many calls are to be made in a day, since asking is a call too.");
    public static readonly PageText NoCalls = new("今天还没有调用。", "No calls were made today.");

    public static readonly PageText Held = new("待确认的内容", "What is held");
    public static readonly PageText HeldLine = new("{0} 人看似已取消关注，{1} 人的 unionid 将改变；自 {2} 起搁置。", "{0} people seem to be gone, and {1} would get another unionid; held since {2}.");
    public static readonly PageText HeldCounted = new("以下分布统计于 {0}；此后重新关注的人仍计算在内。", "What they have in common was counted at {0}; whoever came back since is still among them.");
    public static readonly PageText ByScene = new("按关注方式", "By how they came");
    public static readonly PageText ByMonth = new("按关注月份", "By the month they followed");
    public static readonly PageText ByTag = new("按标签", "By tag");
    public static readonly PageText Others = new("其余", "others");
    public static readonly PageText People = new("人数", "People");

    public static readonly PageText DoSync = new("立即同步", "Sync now");
    public static readonly PageText DoApprove = new("批准", "Approve");
    public static readonly PageText DoReject = new("放弃", "Reject");
    public static readonly PageText DoPause = new("暂停", "Pause");
    public static readonly PageText DoResume = new("恢复", "Resume");
    public static readonly PageText Cancel = new("返回", "Back");
    public static readonly PageText Confirm = new("请确认", "Please confirm");
    public static readonly PageText SureSync = new(
        "现在同步 {0}？上次有 {1} 人，列表和资料约需 {2} 次调用。之后还会重新读取分组、标签、黑名单和微信的统计，不计在内。",
        "Sync {0} now? It had {1} people last time; list and profiles take about {2} calls. Groups, tags, blacklist and WeChat's books are read again afterwards, which is not counted.");
    public static readonly PageText SureApprove = new(
        "批准同步 {0}：再次询问微信，然后把微信仍说已离开的人标为取消关注（至多 {1} 人），并更改至多 {2} 个 unionid。不能撤销。",
        "Approve run {0}: WeChat is asked about everybody again, then up to {1} people are marked as gone and up to {2} unionids are changed. This cannot be undone.");
    public static readonly PageText SureReject = new(
        "放弃同步 {0} 搁置的内容：{1} 人仍为关注，{2} 个 unionid 不变。下次同步会再次询问微信，可能再次搁置。",
        "Drop what run {0} holds: {1} people stay as following, {2} unionids stay. The next sync asks WeChat again, and may hold again.");
    public static readonly PageText SurePause = new(
        "暂停 {0} 的计划：在恢复之前，任何程序都不会自动同步它（下次为 {1}）。手动同步和新到的人不受影响。",
        "Pause the schedule of {0}: until it is resumed no worker syncs it by itself (next: {1}). Runs by hand and people who arrive go on.");
    public static readonly PageText SureResume = new("恢复 {0} 的计划？下次同步：{1}。", "Resume the schedule of {0}? Next run: {1}.");

    public static readonly PageText Who = new("谁", "Who");
    public static readonly PageText When = new("何时", "When");
    public static readonly PageText From = new("来自", "From");
    public static readonly PageText What = new("操作", "Action");
    public static readonly PageText Outcome = new("结果", "Outcome");
    public static readonly PageText Nobody = new("（无密码）", "(no password)");
    public static readonly PageText OutcomeDone = new("完成", "done");
    public static readonly PageText OutcomeRefused = new("未执行", "refused");
    public static readonly PageText OutcomeFailed = new("失败", "failed");
    public static readonly PageText OutcomeNone = new("进行中", "under way");
    public static readonly PageText ResultUnsubscribed = new("标为取消关注 {0}", "{0} marked as gone");
    public static readonly PageText ResultStaying = new("仍在关注 {0}", "{0} stay");
    public static readonly PageText ResultUnionIdsChanged = new("unionid 更改 {0}", "{0} unionids changed");
    public static readonly PageText ResultUnionIdsKept = new("unionid 不变 {0}", "{0} unionids kept");
    public static readonly PageText ResultLeavingKept = new("仍为关注 {0}", "{0} stay as following");

    public static readonly PageText NotFound = new("没有这个页面", "There is no such page");
    public static readonly PageText NotFoundHint = new("公众号或同步的编号可能有误，或记录已被清理。", "The account or the number of the run may be wrong, or its record is gone.");
    public static readonly PageText NotHeld = new("已不再待确认", "It is no longer held");
    public static readonly PageText NotHeldHint = new(
        "可能已有人批准或放弃了它，或者后来的同步已使其了结。未执行任何操作；结果见该次同步和操作日志。",
        "Somebody may have approved or rejected it meanwhile, or a later run settled it. Nothing was done; the run and the log of actions say what became of it.");
    public static readonly PageText Away = new("数据库无法使用", "The database cannot be used");
    public static readonly PageText AwayHint = new(
        "程序在运行，并会自动重新连接；数据库恢复后，请重新加载本页。日志和 /health/ready 说明原因。",
        "The worker runs, and connects again by itself; reload this page when the database is back. The log and /health/ready say why.");
    public static readonly PageText OtherSchema = new("数据库架构与程序版本不符", "The database is not of this version");
    public static readonly PageText OtherSchemaHint = new(
        "请运行 followersync migrate（数据库较旧），或安装较新的程序（数据库较新）。", "Run followersync migrate when the database is older, or install the newer program when it is newer.");
    public static readonly PageText Fault = new("页面出错", "The page met a fault");
    public static readonly PageText FaultHint = new("日志中有详情。同步不受影响。", "The log has the details. Syncs are not affected.");
    public static readonly PageText Forged = new("表单无效", "The form is not valid");
    public static readonly PageText ForgedHint = new("它不是由本页面为此浏览器生成的，或已过期。未执行任何操作；请返回并重试。", "It was not made by this page for this browser, or is too old. Nothing was done; go back and try again.");
    public static readonly PageText IsReadOnly = new("页面为只读", "The page is read only");
    public static readonly PageText IsReadOnlyHint = new("StatusPage:ReadOnly 已设为 true；请使用命令行。", "StatusPage:ReadOnly is true. Use the command line.");
}
