using System.Text;

namespace FollowerSync.Alerts.Texts;

/// <summary>The messages as people read them: what broke, what it leads to, why, what to do, where to look.</summary>
/// <param name="words">The language.</param>
/// <param name="link">Where more is to be seen; null = nowhere from afar.</param>
internal sealed class AlertText(IAlertWords words, Uri? link)
{
    /// <summary>Stands in every message, so that a robot which wants a keyword takes them.</summary>
    public const string Keyword = "FollowerSync";

    private const int NamedAtOnce = 20;

    /// <summary>Where more is to be seen; empty = nowhere from afar.</summary>
    public string Link => link?.AbsoluteUri ?? "";

    /// <summary>One line: whose, how pressing, what, of which account.</summary>
    public string TitleOf(AlertMessage message) => message.Step == AlertStep.Test
        ? $"[{Keyword}] {words.Mark(message.Step, message.Severity)}"
        : $"[{Keyword}] {words.Mark(message.Step, message.Severity)} {words.Name(message.Kind)}{(message.Facts.Account.Length > 0 ? $" · {message.Facts.Account}" : "")}";

    /// <summary>The title of several at once.</summary>
    public string TitleOf(IReadOnlyList<AlertMessage> messages) => messages.Count == 1 ? TitleOf(messages[0]) : $"[{Keyword}] {words.Several(messages.Count)}";

    /// <summary>The whole text.</summary>
    public string Of(IReadOnlyList<AlertMessage> messages) => messages.Count == 1 ? Of(messages[0]) : Several(messages);

    /// <summary>What happened, without the title.</summary>
    public string WhatOf(AlertMessage message) => message.Step == AlertStep.Test ? words.Trial : words.What(message);

    /// <summary>What it leads to.</summary>
    public string EffectOf(AlertMessage message) => words.Effect(message.Kind);

    /// <summary>Why; empty when nobody knows.</summary>
    public string CauseOf(AlertMessage message) => words.Cause(message) ?? "";

    /// <summary>What to do.</summary>
    public string RemedyOf(AlertMessage message) => words.Remedy(message);

    private string Of(AlertMessage message)
    {
        StringBuilder text = new(TitleOf(message));
        if (message.IsUncertain)
            text.Append('\n').Append(words.MayRepeat);
        if (message.Step == AlertStep.Test)
            return text.Append('\n').Append(words.Trial).ToString();
        if (message.Step != AlertStep.Resolved || message.Kind == AlertKind.DatabaseAway)
            Add(text, AlertLine.What, words.What(message), AlertLine.Effect, words.Effect(message.Kind), AlertLine.Cause, words.Cause(message), AlertLine.Remedy, words.Remedy(message));
        Add(text, AlertLine.Times, words.Times(message), AlertLine.Link, link?.AbsoluteUri);
        return text.ToString();
    }

    private void Add(StringBuilder text, params ReadOnlySpan<object?> lines)
    {
        for (int at = 0; at < lines.Length; at += 2)
            if (lines[at + 1] is string said)
                text.Append('\n').Append(words.Line((AlertLine)lines[at]!, said));
    }

    private string Several(IReadOnlyList<AlertMessage> messages)
    {
        StringBuilder text = new(TitleOf(messages));
        foreach (AlertMessage message in messages.Take(NamedAtOnce))
            text.Append("\n- ").Append(TitleOf(message)[(Keyword.Length + 3)..]);
        if (messages.Count > NamedAtOnce)
            text.Append('\n').Append(words.AndMore(messages.Count - NamedAtOnce));
        if (link is not null)
            text.Append('\n').Append(words.Line(AlertLine.Link, link.AbsoluteUri));
        return text.ToString();
    }
}
