using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>What WeChat gives for the code of a visitor. Its text is a secret and a person.</summary>
/// <param name="OpenId">Who the visitor is for the account.</param>
/// <param name="UnionId">Who the visitor is for all accounts; null = not told.</param>
/// <param name="AccessToken">Asks for the visitor's profile; null = not given.</param>
/// <param name="IsSnapshot">Whether the visitor only looks at a snapshot of the page: the openid is nobody's.</param>
internal sealed record VisitorToken(string OpenId, string? UnionId, string? AccessToken, bool IsSnapshot)
{
    public static VisitorToken? Read(ref Utf8JsonReader reader)
    {
        string? openId = null, unionId = null, token = null;
        bool isSnapshot = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = JsonText.ReadName(ref reader);
            reader.Read();
            if (property == "openid")
                openId = SignableId.Of(JsonText.ReadRawText(ref reader), Identifier.LongestOpenId);
            else if (property == "unionid")
                unionId = SignableId.Of(JsonText.ReadRawText(ref reader), Identifier.LongestUnionId);
            else if (property == "access_token")
                token = JsonText.ReadText(ref reader);
            else if (property == "is_snapshotuser")
                isSnapshot = IsSnapshotFlag(ref reader);
            else
                reader.Skip();
        }

        return openId is null ? null : new VisitorToken(openId, unionId, token, isSnapshot);
    }

    public override string ToString() => "a visitor";

    // A flag nobody can read is a reason to collect nothing.
    private static bool IsSnapshotFlag(ref Utf8JsonReader reader)
    {
        bool isAbsent = reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty);
        return JsonText.ReadFlag(ref reader) is not false && !isAbsent;
    }
}
