namespace FollowerSync.OAuth;

/// <summary>What came of a visitor's code.</summary>
/// <param name="Kind">How it went.</param>
/// <param name="Visitor">Who it is; null unless known.</param>
internal sealed record CodeAnswer(CodeAnswerKind Kind, Visitor? Visitor = null);

/// <summary>How the exchange of a code went.</summary>
internal enum CodeAnswerKind
{
    /// <summary>WeChat said who the visitor is.</summary>
    Known,

    /// <summary>There is nobody to know: the visitor looks at a snapshot of the page.</summary>
    Snapshot,

    /// <summary>The code is used, wrong or expired.</summary>
    BadCode,

    /// <summary>WeChat did not say; it is not the visitor's fault.</summary>
    Failed,
}
