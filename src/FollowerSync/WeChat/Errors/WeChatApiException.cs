using System.Text.RegularExpressions;

namespace FollowerSync.WeChat.Errors;

/// <summary>A call to WeChat that did not succeed: what it answered, and the reaction that is due.</summary>
internal sealed partial class WeChatApiException : Exception
{
    private WeChatApiException(string api, ErrorReaction due, int? errorCode, string? errorText, string message, Exception? cause)
        : base(message, cause)
    {
        Api = api;
        Due = due;
        ErrorCode = errorCode;
        ErrorText = errorText;
    }

    /// <summary>Path of the API, without its query.</summary>
    public string Api { get; }

    public ErrorReaction Due { get; }

    public Reaction Reaction => Due.Reaction;

    /// <summary>WeChat's return code; null when the answer carried none.</summary>
    public int? ErrorCode { get; }

    /// <summary>WeChat's own words.</summary>
    public string? ErrorText { get; }

    /// <summary>WeChat's request id, which its support asks for; null when the answer carried none.</summary>
    public string? RequestId => ErrorText is { } text && RidPattern().Match(text) is { Success: true } match ? match.Groups["rid"].Value : null;

    /// <summary>An answer with a return code other than 0.</summary>
    public static WeChatApiException FromCode(string api, int errorCode, string errorText, ErrorReaction due) =>
        new(api, due, errorCode, errorText, $"WeChat answered {errorCode} to {api}: {due.Meaning} (\"{Cut(errorText)}\"). {due.Remedy}{SeenFrom(errorText)}", cause: null);

    /// <summary>No usable answer: network, HTTP status, time-out, or a body that is not the expected JSON.</summary>
    public static WeChatApiException NoAnswer(string api, string what, Exception? cause = null) =>
        new(api, NoAnswerDue, errorCode: null, errorText: null, $"No usable answer from WeChat to {api}: {what}. {NoAnswerDue.Remedy}", cause);

    /// <summary>A rule of our own forbids the call.</summary>
    public static WeChatApiException Refused(string api, Reaction reaction, string why, string remedy) =>
        new(api, new(reaction, why, remedy), errorCode: null, errorText: null, $"{api} was not called: {why}. {remedy}", cause: null);

    /// <summary>An API that is left alone until a later time.</summary>
    public static WeChatApiException Stopped(string api, ApiStop stop) => Refused(
        api,
        stop.Api == ApiStop.All ? Reaction.StopAccount : Reaction.QuotaSpent,
        $"it is left alone until {stop.Until:yyyy-MM-dd HH:mm} UTC, because on {stop.StoppedAt:yyyy-MM-dd HH:mm} UTC this happened",
        stop.Reason);

    /// <summary>The same failure with its likely cause.</summary>
    public WeChatApiException Because(string cause) => new(Api, Due, ErrorCode, ErrorText, $"{Message} {cause}", this);

    private static readonly ErrorReaction NoAnswerDue = new(
        Reaction.Retry, "no usable answer", "Check the network, a proxy in between, and WeChat:BaseAddress.");

    // 40164 names the caller's address in the middle of its text; it is what the administrator has to copy.
    private static string SeenFrom(string errorText) =>
        CallerPattern().Match(errorText) is { Success: true } match ? $" WeChat sees this server as {match.Groups["ip"].Value}." : "";

    private static string Cut(string text) => text.Length <= 300 ? text : text[..300] + "…";

    [GeneratedRegex(@"rid:?\s*(?<rid>[0-9a-zA-Z-]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex RidPattern();

    [GeneratedRegex(@"\binvalid ip (?<ip>[0-9a-fA-F.:]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex CallerPattern();
}
