using System.Text.Json;
using FollowerSync.Followers;

namespace FollowerSync.WeChat;

/// <summary>Reads one entry of <c>user/info</c> or <c>user_info_list</c>. Unknown keys are passed over, missing ones stay null.</summary>
internal static class ProfileReader
{
    private static readonly DateTime LatestTime = new(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Reads the object the reader stands on; null when it names no openid.</summary>
    public static FollowerProfile? Read(ref Utf8JsonReader reader)
    {
        string? openId = null;
        var fields = new Fields { Missing = ProfileFields.All };
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("openid"u8))
            {
                reader.Read();
                openId = JsonText.ReadText(ref reader);
            }
            else
            {
                ReadField(ref reader, ref fields);
            }
        }

        return openId is null ? null : fields.ToProfile(openId);
    }

    private static void ReadField(ref Utf8JsonReader reader, ref Fields to)
    {
        if (Is(ref reader, "subscribe"u8))
            to.Subscribe = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "nickname"u8))
            to.Nickname = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "sex"u8, ref to, ProfileFields.Sex))
            to.Sex = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "language"u8, ref to, ProfileFields.Language))
            to.Language = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "city"u8, ref to, ProfileFields.City))
            to.City = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "province"u8, ref to, ProfileFields.Province))
            to.Province = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "country"u8, ref to, ProfileFields.Country))
            to.Country = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "headimgurl"u8))
            to.HeadImgUrl = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "subscribe_time"u8, ref to, ProfileFields.SubscribeTime))
            to.SubscribeTime = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "unionid"u8))
            to.UnionId = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "remark"u8, ref to, ProfileFields.Remark))
            to.Remark = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "groupid"u8, ref to, ProfileFields.GroupId))
            to.GroupId = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "tagid_list"u8, ref to, ProfileFields.TagIdList))
            to.TagIdList = ReadTags(ref reader);
        else if (Is(ref reader, "subscribe_scene"u8, ref to, ProfileFields.SubscribeScene))
            to.SubscribeScene = JsonText.ReadText(ref reader);
        else if (Is(ref reader, "qr_scene"u8, ref to, ProfileFields.QrScene))
            to.QrScene = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "qr_scene_str"u8, ref to, ProfileFields.QrSceneStr))
            to.QrSceneStr = JsonText.ReadText(ref reader);
        else
            reader.Skip();
    }

    /// <summary>Whether the property name is this one; if so the reader moves on to the value.</summary>
    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ref Fields to, ProfileFields field)
    {
        if (!Is(ref reader, name))
            return false;

        to.Missing &= ~field;
        return true;
    }

    private static int[]? ReadTags(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        List<int>? tags = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonText.ReadInteger(ref reader) is { } tag && tag == (int)tag)
                (tags ??= []).Add((int)tag);
        }

        return tags is null ? [] : [.. tags];
    }

    private struct Fields
    {
        public long? Subscribe;
        public string? Nickname;
        public long? Sex;
        public string? Language;
        public string? City;
        public string? Province;
        public string? Country;
        public string? HeadImgUrl;
        public long? SubscribeTime;
        public string? UnionId;
        public string? Remark;
        public long? GroupId;
        public int[]? TagIdList;
        public string? SubscribeScene;
        public long? QrScene;
        public string? QrSceneStr;
        public ProfileFields Missing;

        public readonly FollowerProfile ToProfile(string openId) => new()
        {
            OpenId = openId,
            Subscribe = Subscribe is { } subscribe ? subscribe != 0 : null,
            Nickname = Nickname,
            Sex = Sex is >= 0 and <= short.MaxValue ? (short)Sex : null,
            Language = Language,
            City = City,
            Province = Province,
            Country = Country,
            HeadImgUrl = HeadImgUrl,
            SubscribeTime = SubscribeTime is { } seconds && seconds > 0 && seconds < LatestTime.Subtract(DateTime.UnixEpoch).TotalSeconds
                ? DateTime.UnixEpoch.AddSeconds(seconds)
                : null,
            UnionId = UnionId,
            Remark = Remark,
            GroupId = GroupId is { } group && group == (int)group ? (int)group : null,
            TagIdList = TagIdList,
            SubscribeScene = SubscribeScene,
            QrScene = QrScene,
            QrSceneStr = QrSceneStr,
            Missing = Missing,
        };
    }
}
