using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>What a visitor agreed to tell.</summary>
/// <param name="OpenId">Whose profile it is.</param>
/// <param name="UnionId">Who the visitor is for all accounts; null = not told.</param>
/// <param name="Nickname">The nickname; null = none, or longer than any.</param>
internal sealed record VisitorProfile(string OpenId, string? UnionId, string? Nickname)
{
    /// <summary>Letters; many times what WeChat allows.</summary>
    private const int LongestNickname = 1_024;

    public static VisitorProfile? Read(ref Utf8JsonReader reader)
    {
        string? openId = null, unionId = null, nickname = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = JsonText.ReadName(ref reader);
            reader.Read();
            if (property == "openid")
                openId = SignableId.Of(JsonText.ReadRawText(ref reader), Identifier.LongestOpenId);
            else if (property == "unionid")
                unionId = SignableId.Of(JsonText.ReadRawText(ref reader), Identifier.LongestUnionId);
            else if (property == "nickname")
                nickname = JsonText.ReadText(ref reader) is { Length: <= LongestNickname } text ? text : null;
            else
                reader.Skip();
        }

        return openId is null ? null : new VisitorProfile(openId, unionId, nickname);
    }

    public override string ToString() => "a visitor's profile";
}
