using FollowerSync.Languages;

namespace FollowerSync.Alerts.Texts;

/// <summary>An alert for who looks by the command line or into the log: of what, what happened, why, and what to do, in the words of its messages.</summary>
internal static class AlertSentence
{
    private static readonly EnglishWords English = new();
    private static readonly ChineseWords Chinese = new();

    public static Sentence Of(AlertMessage message) => Sentence.Of(In(English, message, ": ", ". ", " "), In(Chinese, message, "：", "。", ""));

    private static string In(IAlertWords words, AlertMessage message, string colon, string stop, string space)
    {
        string?[] texts = (message.Step, message.Kind) switch
        {
            (AlertStep.Resolved, AlertKind.DatabaseAway) => [words.What(message), words.Times(message)],
            (AlertStep.Resolved, _) => [words.Times(message)],
            _ => [words.What(message), words.Cause(message), words.Remedy(message)],
        };
        string whose = message.Facts.Account is { Length: > 0 } account ? account + colon : "";
        return $"{whose}{words.Name(message.Kind)}{stop}{string.Join(space, texts.Where(text => text is not null))}";
    }
}
