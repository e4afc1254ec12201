using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>What WeChat says about an openid of an account that was migrated to another one.</summary>
/// <param name="OldOpenId">The openid that was asked about.</param>
/// <param name="NewOpenId">The same person's openid here; null when there is none, or what stands there cannot be one.</param>
/// <param name="Text">WeChat's own words; empty when there are none.</param>
internal sealed record OpenIdChange(string OldOpenId, string? NewOpenId, string Text)
{
    private const string NotFollowing = "ori_openid";

    /// <summary>Whether WeChat knows no such follower of the old account, so that it is of no use to ask again.</summary>
    public bool IsUnknown => NewOpenId is null && Text.Contains(NotFollowing, StringComparison.OrdinalIgnoreCase);

    public static OpenIdChange? Read(ref Utf8JsonReader reader)
    {
        string? old = null, changed = null, text = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = JsonText.ReadName(ref reader);
            reader.Read();
            if (property == "ori_openid")
                old = JsonText.ReadText(ref reader);
            else if (property == "new_openid")
                changed = JsonText.ReadText(ref reader);
            else if (property is "err_msg" or "errmsg")
                text = JsonText.ReadText(ref reader);
            else
                reader.Skip();
        }

        return Identifier.Of(old, Identifier.LongestOpenId) is { } known ? new OpenIdChange(known, Identifier.Of(changed, Identifier.LongestOpenId), text ?? "") : null;
    }
}
