using System.Text.RegularExpressions;
using FollowerSync.Alerts.Texts;
using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Alerts;

/// <summary>What the error of a run's record, or of a stop, comes to. The text itself goes into no message: it may name servers and users.</summary>
internal sealed partial record RunError(AlertCause Cause)
{
    public int? ErrorCode { get; private init; }

    public bool IsTokenCall { get; private init; }

    public bool IsOverByToken { get; private init; }

    public string? RequestId { get; private init; }

    public string? SeenAs { get; private init; }

    /// <summary>Whether it only waits for the next day's calls.</summary>
    public bool IsQuota => Cause == AlertCause.Reserve || (ErrorCode is { } code && ErrorReactions.Of(code).Reaction == Reaction.QuotaSpent);

    public static RunError Of(RunStatus status, string? error) => status == RunStatus.Abandoned ? new(AlertCause.Died) : Of(error);

    public static RunError Of(string? error)
    {
        if (error is null)
            return new(AlertCause.Unknown);
        if (ToldError.Of(error) is { } told)
            return new(AlertCause.Code)
            {
                ErrorCode = told.Errcode,
                IsTokenCall = told.IsTokenCall,
                IsOverByToken = (told.IsTokenCall && told.Api != WeChatApi.SnsAccessToken) || WeChatApiException.IsForeign(told.Api),
                RequestId = Rid().Match(error) is { Success: true } rid ? rid.Groups["rid"].Value : null,
                SeenAs = Caller().Match(error) is { Success: true } caller ? caller.Groups["ip"].Value.TrimEnd('.') : null,
            };
        return new(error.Contains("Sync:QuotaReservePercent", StringComparison.Ordinal) ? AlertCause.Reserve
            : error.Contains("No usable answer", StringComparison.Ordinal) || error.Contains("No token from", StringComparison.Ordinal) ? AlertCause.NoAnswer
            : error.Contains("This is a fault of the program", StringComparison.Ordinal) ? AlertCause.Program
            : error.Contains("database", StringComparison.OrdinalIgnoreCase) || SqlState().IsMatch(error) ? AlertCause.Database
            : AlertCause.Unknown)
        {
            IsOverByToken = error.Contains("No token from", StringComparison.Ordinal) || error.Contains("The token service at", StringComparison.Ordinal),
        };
    }

    /// <summary>The facts with this cause.</summary>
    public AlertFacts In(AlertFacts facts) => facts with { Cause = Cause, ErrorCode = ErrorCode, IsTokenCall = IsTokenCall, IsOverByToken = IsOverByToken, RequestId = RequestId, SeenAs = SeenAs };

    [GeneratedRegex(@"rid:?\s*(?<rid>[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 500)]
    private static partial Regex Rid();

    [GeneratedRegex(@"WeChat sees this server as (?<ip>[0-9a-fA-F.:]{2,45})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 500)]
    private static partial Regex Caller();

    [GeneratedRegex(@"\b[0-9A-Z]{5}: ", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 500)]
    private static partial Regex SqlState();
}
