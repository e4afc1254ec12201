using FollowerSync.Languages;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Quota;

/// <summary>What is left of an API's day for this program.</summary>
/// <param name="Limit">WeChat's daily limit; null = unknown.</param>
/// <param name="Used">Calls made today by all systems, as far as known.</param>
/// <param name="Own">Calls this program has made today.</param>
/// <param name="Left">Calls this program may still make today; <see cref="long.MaxValue"/> = no limit is known.</param>
/// <param name="ReservePercent">Share of the limit kept for other systems.</param>
internal sealed record DayQuota(long? Limit, long Used, long Own, long Left, double ReservePercent)
{
    /// <summary>WeChat's public default for <c>user/get</c> ("API call limits", newly registered account); none is published for batchget.</summary>
    public const long DefaultUserGet = 500;

    /// <summary>Calls that are kept for other systems still; null = no limit is known.</summary>
    public long? Reserved => Limit is { } limit ? Math.Max(0, limit - Used - Left) : null;

    /// <param name="api">The API.</param>
    /// <param name="answer">WeChat's word; null = it does not tell, and its public default counts.</param>
    /// <param name="own">Calls this program has made today.</param>
    /// <param name="reservePercent">Share of the limit that other systems keep, less what they have used of it already.</param>
    public static DayQuota Of(string api, QuotaAnswer? answer, long own, double reservePercent)
    {
        long? limit = answer?.DailyLimit ?? (api == WeChatApi.UserGet ? DefaultUserGet : null);
        if (limit is not { } known)
            return new DayQuota(null, own, own, long.MaxValue, reservePercent);

        long used = Math.Max(answer?.Used ?? (known - answer?.Remain) ?? own, own);
        long remain = Math.Min(answer?.Left ?? long.MaxValue, known - used);
        long reserve = Math.Max(0, (long)(known * reservePercent / 100) - (used - own));
        return new DayQuota(known, used, own, Math.Max(0, remain - reserve), reservePercent);
    }

    public Sentence Describe() => Limit is { } limit
        ? (Sentence)$"of {limit:N0} calls a day {Used:N0} are made and {ReservePercent:0.#} % are kept for other systems (Sync:QuotaReservePercent)"
        : "no daily limit is known";
}
