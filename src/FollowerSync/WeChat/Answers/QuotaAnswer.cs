namespace FollowerSync.WeChat.Answers;

/// <summary>What <c>openapi/quota/get</c> tells of one API. Its counters may be off by about one percent.</summary>
/// <param name="DailyLimit">Calls a day; the sample of WeChat's documentation has 0 everywhere, which is no limit of nothing.</param>
/// <param name="Used">Calls made today; null = not told.</param>
/// <param name="Remain">Calls left today; null = not told.</param>
internal sealed record QuotaAnswer(long DailyLimit, long? Used, long? Remain)
{
    /// <summary>Whether it tells a limit.</summary>
    public bool TellsLimit => DailyLimit > 0;

    /// <summary>Calls left today, as far as told.</summary>
    public long Left => Remain ?? (DailyLimit - (Used ?? 0));
}
