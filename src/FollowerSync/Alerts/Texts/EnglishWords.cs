using System.Globalization;

namespace FollowerSync.Alerts.Texts;

/// <summary>The messages in English.</summary>
internal sealed class EnglishWords : IAlertWords
{
    public string Trial => "A test. This channel works; nothing is wrong.";

    public string MayRepeat => "(It may have come before: the last try ended without an answer.)";

    public string Name(AlertKind kind) => kind switch
    {
        AlertKind.RunFailed => "Sync failed",
        AlertKind.Stale => "Data is overdue",
        AlertKind.Held => "Sync waits for approval",
        AlertKind.Partial => "Sync unfinished twice",
        AlertKind.Rejected => "WeChat refuses followers",
        AlertKind.QuotaLow => "Daily calls used up",
        AlertKind.TokenConflict => "Another program replaces the token",
        AlertKind.Reconciliation => "Counts differ from WeChat's",
        AlertKind.DatabaseAway => "Database was away",
        _ => "Alerts do not arrive",
    };

    public string Mark(AlertStep step, AlertSeverity severity) => step switch
    {
        AlertStep.Resolved => "RESOLVED",
        AlertStep.Test => "TEST",
        AlertStep.Repeat => severity == AlertSeverity.Critical ? "STILL CRITICAL" : "STILL WARNING",
        _ => severity == AlertSeverity.Critical ? "CRITICAL" : "WARNING",
    };

    public string What(AlertMessage message) => message.Kind switch
    {
        AlertKind.RunFailed when message.Facts is { RunId: { } run, IsTriedAgain: true } => Text($"Run {run} failed, as the two before it did. The worker goes on trying by itself."),
        AlertKind.RunFailed when message.Facts.RunId is { } run => Text($"Run {run} failed and is not tried again by itself before the schedule."),
        AlertKind.RunFailed => "WeChat refuses the account; no sync is possible.",
        AlertKind.Stale => message.Facts.Since is { } since ? $"The last sync that succeeded ended at {BeijingTime.Of(since)}." : "No sync has succeeded yet.",
        AlertKind.Held => Text($"Run {message.Facts.RunId} would change {Bounded(message.Facts.Count)} people at once, more than the brake allows."),
        AlertKind.Partial => Text($"Run {message.Facts.RunId} and the one before it did not come to their end."),
        AlertKind.Rejected => Text($"WeChat refuses {Bounded(message.Facts.Count)} of {message.Facts.Of:N0} listed openids."),
        AlertKind.QuotaLow => "The calls of the day that this program may make are used up.",
        AlertKind.TokenConflict => Text($"The access token stopped working {message.Facts.Count} times within an hour before its end."),
        AlertKind.Reconciliation => Text($"For two days WeChat's books tell {message.Facts.Count:+#,0;-#,0} followers beyond our bounds (of {message.Facts.Of:N0} on {Day(message)})."),
        AlertKind.DatabaseAway => "The database did not answer; it does again.",
        _ => "A channel took none of the last three messages.",
    };

    public string Effect(AlertKind kind) => kind switch
    {
        AlertKind.RunFailed or AlertKind.Stale => "The data stays as it was at the last success. What is stored is right.",
        AlertKind.Held => "New and changed followers are stored; nobody is marked as gone until somebody decides.",
        AlertKind.Partial => "What is stored is right, but not everything is.",
        AlertKind.Rejected => "New people among them are not stored; of the others what is stored stays. They are asked for again later.",
        AlertKind.QuotaLow => "The round goes on the next day, from where it stopped.",
        AlertKind.TokenConflict => "Calls fail and are repeated, here and in the other program.",
        AlertKind.Reconciliation => "Totals and growth may be off by as many.",
        AlertKind.DatabaseAway => "Syncs of that time failed or are late; they are tried again.",
        _ => "Nobody hears of alerts by this channel.",
    };

    public string? Cause(AlertMessage message) => message.Facts.Cause switch
    {
        AlertCause.Code when message.Facts.ErrorCode is { } code =>
            Text($"WeChat answered {code}: {message.Facts.ReactionTo(code).Meaning}.{(message.Facts.SeenAs is { } ip ? $" It sees this server as {ip}." : "")}{(message.Facts.RequestId is { } rid ? $" rid: {rid}." : "")}"),
        AlertCause.NoAnswer => "No usable answer from WeChat, or from the token service.",
        AlertCause.Database => "The database failed.",
        AlertCause.Died => "The process died: out of memory, killed, or the machine was switched off.",
        AlertCause.Program => "A fault of the program.",
        AlertCause.Reserve => "The rest of the daily limit is kept for your other systems (Sync:QuotaReservePercent).",
        _ => null,
    };

    public string Remedy(AlertMessage message) => message.Kind switch
    {
        AlertKind.RunFailed or AlertKind.Partial when message.Facts is { Cause: AlertCause.Code, ErrorCode: { } code } => $"{message.Facts.ReactionTo(code).Remedy} Then: {Sync(message)}.",
        AlertKind.RunFailed or AlertKind.Partial when message.Facts.Cause == AlertCause.NoAnswer =>
            $"Check the network, a proxy in between, WeChat:BaseAddress, and the token service where there is one. Then: followersync check, {Sync(message)}.",
        AlertKind.RunFailed or AlertKind.Partial => $"followersync status says what happened. Then: followersync check, {Sync(message)}.",
        AlertKind.Stale => $"followersync status says why. Does the worker run? Then: {Sync(message)}.",
        AlertKind.Held => Text($"Look: followersync approve {message.Facts.RunId} --show. Then approve it, or reject it with --reject."),
        AlertKind.Rejected => "The causes stand in followersync.rejected_openids. Were AppIds of two accounts mixed up?",
        AlertKind.QuotaLow => $"Nothing, if a day more does not matter. Else raise the limit in WeChat's console, or set Sync:ProfileRefresh to Rotate.{(message.Facts.Until is { } until ? $" It goes on at {BeijingTime.Of(until)}." : "")}",
        AlertKind.TokenConflict => "Find the other program. Let it use stable_token, or give both the same token service (docs/tokens.md).",
        AlertKind.Reconciliation => "select * from wechat.daily_totals says the known cause in difference_why.",
        AlertKind.DatabaseAway => "Look at the database's log. followersync status shows whether all accounts are fresh.",
        _ => "followersync alert test says what the channel answers.",
    };

    public string Line(AlertLine line, string text) => line == AlertLine.Times ? text : $"{line switch { AlertLine.What => "What", AlertLine.Effect => "Effect", AlertLine.Cause => "Cause", AlertLine.Remedy => "To do", _ => "More" }}: {text}";

    public string Times(AlertMessage message) => message.EndedAt is { } end
        ? $"From {BeijingTime.Of(message.StartedAt)} to {BeijingTime.Of(end)} (Beijing), {Length(message.Lasted)}." : $"Since {BeijingTime.Of(message.StartedAt)} (Beijing).";

    public string Several(int count) => Text($"{count} alerts at once");

    public string AndMore(int count) => Text($"… and {count} more: followersync status");

    private static string Sync(AlertMessage message) => $"followersync sync --account {message.Facts.AppId}";

    private static string Length(TimeSpan time) => time < TimeSpan.FromMinutes(1) ? Text($"{time.TotalSeconds:0} s")
        : time < TimeSpan.FromHours(1) ? Text($"{(int)time.TotalMinutes} min") : Text($"{(int)time.TotalHours} h {time.Minutes} min");

    private static string Bounded(long? count) => count is null ? "many" : count > AlertLimits.CountedAtMost ? Text($"more than {AlertLimits.CountedAtMost:N0}") : Text($"{count:N0}");

    private static string Day(AlertMessage message) => message.Facts.Since is { } day ? BeijingTime.DayOf(day) : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
