using FollowerSync.Languages;

namespace FollowerSync.Alerts.Texts;

/// <summary>An alert for who looks by the command line: of what, what happened, why, and what to do, in the words of its messages.</summary>
internal static class AlertSentence
{
    private static readonly EnglishWords English = new();
    private static readonly ChineseWords Chinese = new();

    public static Sentence Of(AlertMessage message) => Sentence.Of(In(English, message, ": ", ". ", " "), In(Chinese, message, "：", "。", ""));

    private static string In(IAlertWords words, AlertMessage message, string colon, string stop, string space) =>
        $"{message.Facts.Account}{colon}{words.Name(message.Kind)}{stop}{string.Join(space, new[] { words.What(message), words.Cause(message), words.Remedy(message) }.Where(text => text is not null))}";
}
