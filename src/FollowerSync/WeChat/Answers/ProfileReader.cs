using System.Runtime.CompilerServices;
using System.Text.Json;
using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;

namespace FollowerSync.WeChat.Answers;

/// <summary>Reads one entry of <c>user/info</c> or <c>user_info_list</c> straight into an encoded row. Unknown keys are passed over, missing ones stay null.</summary>
internal static class ProfileReader
{
    private const long LatestSecond = 253_370_764_800;
    private const int MostTags = 1024;

    /// <summary>Reads the object the reader stands on; null when it names no openid.</summary>
    /// <param name="reader">Reads <paramref name="document"/>.</param>
    /// <param name="document">The whole JSON.</param>
    /// <param name="rows">Takes the row.</param>
    public static FollowerProfile? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, BinaryRows rows)
    {
        var fields = new Fields { Missing = ProfileFields.All };
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            ReadField(ref reader, ref fields);
        if (fields.OpenId.Length == 0)
            return null;

        int offset = rows.Length;
        var values = new Values(ref fields, document);
        ProfileColumns.Write(ref values, rows);
        bool? subscribe = fields.Subscribe is { } flag ? flag != 0 : null;
        string openId = Text(document, fields.OpenId);
        if (openId.Length > 0)
            return new FollowerProfile(rows, offset, openId, subscribe, fields.Missing);

        rows.Truncate(offset);
        return null;
    }

    /// <summary>The length of a name leaves few fields to compare it with; a name written with escapes has no telling length and is compared with all.</summary>
    private static void ReadField(ref Utf8JsonReader reader, ref Fields to)
    {
        bool isRead = reader.ValueIsEscaped
            ? ReadShort(ref reader, ref to) || ReadMiddling(ref reader, ref to) || ReadLong(ref reader, ref to)
            : reader.ValueSpan.Length switch
            {
                <= 6 => ReadShort(ref reader, ref to),
                <= 8 => ReadMiddling(ref reader, ref to),
                _ => ReadLong(ref reader, ref to),
            };
        if (!isRead)
            reader.Skip();
    }

    private static bool ReadShort(ref Utf8JsonReader reader, ref Fields to)
    {
        if (Is(ref reader, "openid"u8))
            to.OpenId = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "sex"u8, ref to, ProfileFields.Sex))
            to.Sex = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "city"u8, ref to, ProfileFields.City))
            to.City = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "remark"u8, ref to, ProfileFields.Remark))
            to.Remark = JsonText.ReadSlice(ref reader);
        else
            return false;
        return true;
    }

    private static bool ReadMiddling(ref Utf8JsonReader reader, ref Fields to)
    {
        if (Is(ref reader, "nickname"u8))
            to.Nickname = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "language"u8, ref to, ProfileFields.Language))
            to.Language = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "province"u8, ref to, ProfileFields.Province))
            to.Province = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "country"u8, ref to, ProfileFields.Country))
            to.Country = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "unionid"u8))
            to.UnionId = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "groupid"u8, ref to, ProfileFields.GroupId))
            to.GroupId = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "qr_scene"u8, ref to, ProfileFields.QrScene))
            to.QrScene = JsonText.ReadInteger(ref reader);
        else
            return false;
        return true;
    }

    private static bool ReadLong(ref Utf8JsonReader reader, ref Fields to)
    {
        if (Is(ref reader, "subscribe"u8))
            to.Subscribe = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "headimgurl"u8))
            to.HeadImgUrl = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "subscribe_time"u8, ref to, ProfileFields.SubscribeTime))
            to.SubscribeTime = JsonText.ReadInteger(ref reader);
        else if (Is(ref reader, "tagid_list"u8, ref to, ProfileFields.TagIdList))
            ReadTags(ref reader, ref to);
        else if (Is(ref reader, "subscribe_scene"u8, ref to, ProfileFields.SubscribeScene))
            to.SubscribeScene = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "qr_scene_str"u8, ref to, ProfileFields.QrSceneStr))
            to.QrSceneStr = JsonText.ReadSlice(ref reader);
        else
            return false;
        return true;
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

    private static void ReadTags(ref Utf8JsonReader reader, ref Fields to)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        to.HasTags = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonText.ReadInteger(ref reader) is { } tag && tag == (int)tag && to.TagCount < MostTags)
                to.AddTag((int)tag);
        }
    }

    private static string Text(ReadOnlySpan<byte> document, JsonTextSlice slice) =>
        slice.IsEscaped ? JsonText.Unescape(slice.Of(document)) : System.Text.Encoding.UTF8.GetString(slice.Of(document));

    /// <summary>The values of one entry, in whatever order its keys come.</summary>
    private struct Fields
    {
        private FewTags _few;
        private int[]? _many;

        public long? Subscribe;
        public JsonTextSlice OpenId;
        public JsonTextSlice Nickname;
        public long? Sex;
        public JsonTextSlice Language;
        public JsonTextSlice City;
        public JsonTextSlice Province;
        public JsonTextSlice Country;
        public JsonTextSlice HeadImgUrl;
        public long? SubscribeTime;
        public JsonTextSlice UnionId;
        public JsonTextSlice Remark;
        public long? GroupId;
        public bool HasTags;
        public int TagCount;
        public JsonTextSlice SubscribeScene;
        public long? QrScene;
        public JsonTextSlice QrSceneStr;
        public ProfileFields Missing;

        public void AddTag(int tag)
        {
            if (TagCount < FewTags.Length)
                _few[TagCount] = tag;
            else
                (_many ??= new int[MostTags])[TagCount] = tag;
            TagCount++;
        }

        public void WriteTags(BinaryRows rows)
        {
            ReadOnlySpan<int> few = _few;
            if (_many is null)
            {
                rows.Int32Array(few[..TagCount], isNull: !HasTags);
                return;
            }

            few.CopyTo(_many);
            rows.Int32Array(_many.AsSpan(0, TagCount), isNull: false);
        }
    }

    /// <summary>The values of an entry for the row.</summary>
    private readonly ref struct Values(ref Fields fields, ReadOnlySpan<byte> document) : IProfileValues
    {
        private readonly ref Fields _fields = ref fields;
        private readonly ReadOnlySpan<byte> _document = document;

        public void Write(ProfileColumn column, BinaryRows row)
        {
            switch (column)
            {
                case ProfileColumn.Sex:
                    row.Int16(_fields.Sex is >= 0 and <= short.MaxValue ? (short)_fields.Sex : null);
                    break;
                case ProfileColumn.SubscribeTime:
                    row.UnixTime(_fields.SubscribeTime is > 0 and < LatestSecond ? _fields.SubscribeTime : null);
                    break;
                case ProfileColumn.GroupId:
                    row.Int32(_fields.GroupId is { } group && group == (int)group ? (int)group : null);
                    break;
                case ProfileColumn.TagIdList:
                    _fields.WriteTags(row);
                    break;
                case ProfileColumn.QrScene:
                    row.Int64(_fields.QrScene);
                    break;
                default:
                    WriteText(TextOf(column), row);
                    break;
            }
        }

        private JsonTextSlice TextOf(ProfileColumn column) => column switch
        {
            ProfileColumn.OpenId => _fields.OpenId,
            ProfileColumn.Nickname => _fields.Nickname,
            ProfileColumn.Language => _fields.Language,
            ProfileColumn.City => _fields.City,
            ProfileColumn.Province => _fields.Province,
            ProfileColumn.Country => _fields.Country,
            ProfileColumn.HeadImgUrl => _fields.HeadImgUrl,
            ProfileColumn.Remark => _fields.Remark,
            ProfileColumn.SubscribeScene => _fields.SubscribeScene,
            ProfileColumn.QrSceneStr => _fields.QrSceneStr,
            ProfileColumn.UnionId => _fields.UnionId,
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };

        private void WriteText(JsonTextSlice slice, BinaryRows row)
        {
            if (slice.IsEscaped)
                row.Text(JsonText.Unescape(slice.Of(_document)));
            else
                row.Text(slice.Of(_document));
        }
    }

    /// <summary>WeChat allows a person about twenty tags.</summary>
    [InlineArray(Length)]
    private struct FewTags
    {
        public const int Length = 32;

        private int _first;
    }
}
