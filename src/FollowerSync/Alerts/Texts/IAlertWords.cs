namespace FollowerSync.Alerts.Texts;

/// <summary>The language of the messages.</summary>
internal interface IAlertWords
{
    /// <summary>What is wrong, in a few words.</summary>
    public string Name(AlertKind kind);

    /// <summary>The mark before the name.</summary>
    public string Mark(AlertStep step, AlertSeverity severity);

    /// <summary>What happened.</summary>
    public string What(AlertMessage message);

    /// <summary>What it leads to.</summary>
    public string Effect(AlertKind kind);

    /// <summary>Why; null when nobody knows.</summary>
    public string? Cause(AlertMessage message);

    /// <summary>What a person does about it.</summary>
    public string Remedy(AlertMessage message);

    /// <summary>A line of the text: its label and what it says.</summary>
    public string Line(AlertLine line, string text);

    /// <summary>Since when, and if it is over until when and for how long.</summary>
    public string Times(AlertMessage message);

    /// <summary>The text of a test.</summary>
    public string Trial { get; }

    /// <summary>That the message may have come before.</summary>
    public string MayRepeat { get; }

    /// <summary>The first line of several alerts told at once.</summary>
    public string Several(int count);

    /// <summary>The last line, when there are more than are named.</summary>
    public string AndMore(int count);
}

/// <summary>The lines of a message.</summary>
internal enum AlertLine
{
    What,
    Effect,
    Cause,
    Remedy,
    Times,
    Link,
}
