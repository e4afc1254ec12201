namespace FollowerSync.WeChat.Answers;

/// <summary>What <c>openapi/quota/get</c> tells of one API. Its counters may be off by about one percent.</summary>
/// <param name="DailyLimit">Calls a day.</param>
/// <param name="Used">Calls made today.</param>
/// <param name="Remain">Calls left today.</param>
internal sealed record QuotaAnswer(long DailyLimit, long Used, long Remain);
