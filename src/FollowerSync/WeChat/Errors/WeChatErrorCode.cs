namespace FollowerSync.WeChat.Errors;

/// <summary>WeChat's return codes that something here is named after. What every code asks for stands in <see cref="ErrorReactions"/> and, for people, in <c>docs/wechat-codes.md</c>.</summary>
internal static class WeChatErrorCode
{
    public const int SystemBusy = -1;
    public const int Ok = 0;
    public const int InvalidCredential = 40001;
    public const int InvalidOpenId = 40003;
    public const int InvalidAppId = 40013;
    public const int AddressNotAllowed = 40164;
    public const int DailyLimit = 45009;
    public const int MinuteLimit = 45011;
    public const int InvalidTagId = 45159;
}
