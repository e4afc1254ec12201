namespace FollowerSync.WeChat.Answers;

/// <summary>What <c>openapi/quota/get</c> tells of one API. Its counters may be off by about one percent.</summary>
/// <param name="DailyLimit">Calls a day.</param>
/// <param name="Used">Calls made today.</param>
/// <param name="Remain">Calls left today.</param>
/// <param name="RateLimit">Calls in a short time; null when WeChat names none.</param>
internal sealed record QuotaAnswer(long DailyLimit, long Used, long Remain, CallRate? RateLimit);

/// <summary>So many calls in so long a time.</summary>
internal sealed record CallRate(long Calls, TimeSpan Per);
