using System.Globalization;
using FollowerSync.Alerts;
using FollowerSync.Alerts.Texts;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.StatusPage.Reading;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.StatusPage.Views;

/// <summary>The language of a page: texts, numbers, moments and durations.</summary>
/// <param name="IsChinese">Chinese, or English.</param>
internal sealed record PageWords(bool IsChinese)
{
    /// <summary>Texts of alerts, in the same language.</summary>
    private readonly AlertText _alerts = new(IsChinese ? new ChineseWords() : new EnglishWords(), link: null);

    public string Language => IsChinese ? LanguageCode.Chinese : LanguageCode.English;

    public AlertText Alerts => _alerts;

    public string this[PageText text] => IsChinese ? text.Chinese : text.English;

    public string this[Sentence text] => text.In(IsChinese ? Languages.Language.Chinese : Languages.Language.English);

    public string Of(PageText text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, this[text], values);

    /// <summary>With thousands set off; a dash for what nobody knows.</summary>
    public static string Number(long? number) => number is { } known ? known.ToString("N0", CultureInfo.InvariantCulture) : "–";

    /// <summary>With a sign, unless it is zero.</summary>
    public static string Signed(long number) => number > 0 ? "+" + Number(number) : number < 0 ? "−" + Number(-number) : "0";

    /// <summary>In Beijing, to the minute; a dash for none.</summary>
    public static string Moment(DateTimeOffset? moment) => moment is { } at ? BeijingTime.Of(at) : "–";

    /// <summary>How long ago it was; empty for none. A moment that a clock puts into the future is now.</summary>
    public string Ago(DateTimeOffset? moment, DateTimeOffset now) => moment is { } at ? Of(PageTexts.Ago, Length(now > at ? now - at : TimeSpan.Zero)) : "";

    /// <summary>A length of time in its two largest units.</summary>
    public string Length(TimeSpan? time) => time switch
    {
        null => "–",
        { TotalMinutes: < 1 } => Of(PageTexts.Seconds, Math.Round(time.Value.TotalSeconds)),
        { TotalHours: < 1 } => Of(PageTexts.Minutes, (int)time.Value.TotalMinutes, time.Value.Seconds),
        { TotalDays: < 2 } => Of(PageTexts.Hours, (int)time.Value.TotalHours, time.Value.Minutes),
        _ => Of(PageTexts.Days, (int)time.Value.TotalDays),
    };

    public string Schedule(ScheduleView schedule) => Of(PageTexts.Schedule, this[schedule.Words], schedule.TimeZone);

    /// <summary>When the day's calls are counted anew, and what of them is kept for others.</summary>
    public string Quota(DateTimeOffset now, double reservePercent) =>
        Of(PageTexts.Quota, Moment(BeijingDay.Next(now, TimeSpan.Zero)), reservePercent.ToString("0.#", CultureInfo.InvariantCulture));

    public string Status(RunStatus? status) => this[status switch
    {
        RunStatus.Running => PageTexts.StatusRunning,
        RunStatus.Succeeded => PageTexts.StatusSucceeded,
        RunStatus.Partial => PageTexts.StatusPartial,
        RunStatus.Held => PageTexts.StatusHeld,
        RunStatus.Failed => PageTexts.StatusFailed,
        RunStatus.Cancelled => PageTexts.StatusCancelled,
        RunStatus.Abandoned => PageTexts.StatusAbandoned,
        _ => PageTexts.StatusNone,
    }];

    /// <summary>Name of the colour: good, wait, bad or none.</summary>
    public static string Tone(RunStatus? status) => status switch
    {
        RunStatus.Running => "run",
        RunStatus.Succeeded => "good",
        RunStatus.Partial or RunStatus.Held or RunStatus.Cancelled => "wait",
        RunStatus.Failed or RunStatus.Abandoned => "bad",
        _ => "none",
    };

    public string Stage(RunStage stage) => this[stage switch
    {
        RunStage.Listing => PageTexts.Listing,
        RunStage.Asking => PageTexts.Asking,
        RunStage.Confirming => PageTexts.Confirming,
        _ => PageTexts.Closing,
    }];

    public string Fresh(Freshness freshness) => this[freshness switch
    {
        Freshness.OnTime => PageTexts.FreshOnTime,
        Freshness.Late => PageTexts.FreshLate,
        Freshness.Overdue => PageTexts.FreshOverdue,
        Freshness.Waiting => PageTexts.FreshWaiting,
        Freshness.Paused => PageTexts.Paused,
        Freshness.NotDue => PageTexts.FreshNotDue,
        _ => PageTexts.FreshNever,
    }];

    public static string Tone(Freshness freshness) => freshness switch
    {
        Freshness.OnTime => "good",
        Freshness.Late or Freshness.Waiting => "wait",
        Freshness.Overdue => "bad",
        _ => "none",
    };

    public string Trigger(SyncTrigger trigger) => this[trigger switch
    {
        SyncTrigger.Schedule => PageTexts.TriggerSchedule,
        SyncTrigger.Manual => PageTexts.TriggerManual,
        SyncTrigger.Start => PageTexts.TriggerStart,
        _ => PageTexts.TriggerEvent,
    }];
}
