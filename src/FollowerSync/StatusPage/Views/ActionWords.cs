using System.Text.Json;

namespace FollowerSync.StatusPage.Views;

/// <summary>Actions and what came of them, as the log of actions tells them.</summary>
internal static class ActionWords
{
    public static string Name(string action, PageWords words) => words[action switch
    {
        "approve" => DetailTexts.DoApprove,
        "reject" => DetailTexts.DoReject,
        "pause" => DetailTexts.DoPause,
        "resume" => DetailTexts.DoResume,
        _ => DetailTexts.DoSync,
    }];

    public static string Outcome(string? outcome, PageWords words) => words[outcome switch
    {
        "done" => DetailTexts.OutcomeDone,
        "refused" => DetailTexts.OutcomeRefused,
        "failed" => DetailTexts.OutcomeFailed,
        _ => DetailTexts.OutcomeNone,
    }];

    public static string Tone(string? outcome) => outcome switch
    {
        "done" => "good",
        "refused" => "wait",
        "failed" => "bad",
        _ => "run",
    };

    /// <summary>The numbers in words; empty for none.</summary>
    public static string Result(string? json, PageWords words) => json is null ? "" : string.Join(words.IsChinese ? "，" : ", ",
        (JsonSerializer.Deserialize<Dictionary<string, long>>(json) ?? []).Select(one => words.Of(Text(one.Key), PageWords.Number(one.Value))));

    private static PageText Text(string number) => number switch
    {
        "unsubscribed" => DetailTexts.ResultUnsubscribed,
        "staying" => DetailTexts.ResultStaying,
        "unionids_changed" => DetailTexts.ResultUnionIdsChanged,
        "leaving_kept" => DetailTexts.ResultLeavingKept,
        _ => DetailTexts.ResultUnionIdsKept,
    };
}
