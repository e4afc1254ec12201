using System.Runtime.CompilerServices;
using System.Text.Json;
using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;

namespace FollowerSync.WeChat.Answers;

/// <summary>Reads one entry of <c>user/info</c> or <c>user_info_list</c> straight into an encoded row. Unknown keys are passed over, missing ones stay null.</summary>
internal static class ProfileReader
{
    /// <summary>Nobody has followed later than now; clocks may differ by so much.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    private const int MostTags = 1024;

    /// <summary>Bytes of a text that is a code or a name of a place, and of one that people write; many times what WeChat allows.</summary>
    private const int LongestName = 4 * 1024;

    private const int LongestText = 64 * 1024;

    /// <summary>Bytes that one byte may take when it is written as an escape.</summary>
    private const int LongestEscape = 6;

    /// <summary>Reads the object the reader stands on; null when it names no openid.</summary>
    /// <param name="reader">Reads <paramref name="document"/>.</param>
    /// <param name="document">The whole JSON.</param>
    /// <param name="rows">Takes the row.</param>
    /// <param name="now">The latest that it can be now. A <c>subscribe_time</c> of the future is a mistake; believed, it would tell of a return that never was.</param>
    /// <param name="isAlone">Whether it is the answer about one person: then one whose openid cannot be read is an answer all the same, about nobody.</param>
    /// <remarks>What cannot be read (of another kind, out of range, too long) counts as missing, so that what is known stays; so does null.</remarks>
    public static FollowerProfile? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, BinaryRows rows, DateTimeOffset now, bool isAlone)
    {
        var fields = new Fields { Missing = ProfileFields.All, LatestSecond = now.ToUnixTimeSeconds() + (long)Slack.TotalSeconds };
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            ReadField(ref reader, ref fields);
        string? openId = Identifier.At(fields.OpenId, document, Identifier.LongestOpenId);
        if (openId is null && (!isAlone || (fields.OpenId.Length == 0 && fields.Subscribe is null)))
            return null;
        if (fields.UnionId.Length > 0 && Identifier.At(fields.UnionId, document, Identifier.LongestUnionId) is null)
            fields.Unreadable |= 1 << (int)ProfileColumn.UnionId;

        int offset = rows.Length;
        var values = new Values(ref fields, document);
        ProfileColumns.Write(ref values, rows);
        return new FollowerProfile(rows, offset, openId ?? "", fields.Subscribe, fields.Missing) { Unreadable = fields.Unreadable };
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
        else if (Is(ref reader, "sex"u8))
            to.Sex = ReadNumber(ref reader, ref to, ProfileColumn.Sex, least: 0, most: 2);
        else if (Is(ref reader, "city"u8))
            to.City = ReadText(ref reader, ref to, ProfileColumn.City, LongestName);
        else if (Is(ref reader, "remark"u8))
            to.Remark = ReadText(ref reader, ref to, ProfileColumn.Remark, LongestText);
        else
            return false;
        return true;
    }

    private static bool ReadMiddling(ref Utf8JsonReader reader, ref Fields to)
    {
        if (Is(ref reader, "nickname"u8))
            to.Nickname = ReadText(ref reader, ref to, ProfileColumn.Nickname, LongestText);
        else if (Is(ref reader, "language"u8))
            to.Language = ReadText(ref reader, ref to, ProfileColumn.Language, LongestName);
        else if (Is(ref reader, "province"u8))
            to.Province = ReadText(ref reader, ref to, ProfileColumn.Province, LongestName);
        else if (Is(ref reader, "country"u8))
            to.Country = ReadText(ref reader, ref to, ProfileColumn.Country, LongestName);
        else if (Is(ref reader, "unionid"u8))
            to.UnionId = JsonText.ReadSlice(ref reader);
        else if (Is(ref reader, "groupid"u8))
            to.GroupId = ReadNumber(ref reader, ref to, ProfileColumn.GroupId, least: 0, most: int.MaxValue);
        else if (Is(ref reader, "qr_scene"u8))
            to.QrScene = ReadNumber(ref reader, ref to, ProfileColumn.QrScene, least: 0, most: uint.MaxValue);
        else
            return false;
        return true;
    }

    private static bool ReadLong(ref Utf8JsonReader reader, ref Fields to)
    {
        if (Is(ref reader, "subscribe"u8))
            to.Subscribe = JsonText.ReadFlag(ref reader);
        else if (Is(ref reader, "headimgurl"u8))
            to.HeadImgUrl = ReadText(ref reader, ref to, ProfileColumn.HeadImgUrl, LongestText);
        else if (Is(ref reader, "subscribe_time"u8))
            to.SubscribeTime = ReadNumber(ref reader, ref to, ProfileColumn.SubscribeTime, least: 1, most: to.LatestSecond);
        else if (Is(ref reader, "tagid_list"u8))
            ReadTags(ref reader, ref to);
        else if (Is(ref reader, "subscribe_scene"u8))
            to.SubscribeScene = ReadText(ref reader, ref to, ProfileColumn.SubscribeScene, LongestName);
        else if (Is(ref reader, "qr_scene_str"u8))
            to.QrSceneStr = ReadText(ref reader, ref to, ProfileColumn.QrSceneStr, LongestName);
        else
            return false;
        return true;
    }

    /// <summary>Whether the property name is this one; if so the reader moves on to the value.</summary>
    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => JsonText.IsName(ref reader, name) && reader.Read();

    private static long? ReadNumber(ref Utf8JsonReader reader, ref Fields to, ProfileColumn column, long least, long most)
    {
        bool isAbsent = IsAbsent(ref reader);
        long? number = JsonText.ReadInteger(ref reader);
        bool isReadable = number >= least && number <= most;
        to.Note(column, isReadable, isAbsent);
        return isReadable ? number : null;
    }

    private static JsonTextSlice ReadText(ref Utf8JsonReader reader, ref Fields to, ProfileColumn column, int longest)
    {
        bool isText = reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
        bool isAbsent = reader.TokenType == JsonTokenType.Null;
        JsonTextSlice slice = JsonText.ReadSlice(ref reader);
        bool isReadable = isText && slice.Length <= (slice.IsEscaped ? LongestEscape * longest : longest);
        to.Note(column, isReadable, isAbsent);
        return isReadable ? slice : default;
    }

    /// <summary>A list with one member that cannot be read is not read: without it the person would lose a tag. For somebody new the others are better than none.</summary>
    private static void ReadTags(ref Utf8JsonReader reader, ref Fields to)
    {
        to.TagCount = 0;
        to.HasTags = reader.TokenType == JsonTokenType.StartArray;
        if (!to.HasTags)
        {
            to.Note(ProfileColumn.TagIdList, isReadable: false, IsAbsent(ref reader));
            reader.Skip();
            return;
        }

        bool isReadable = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonText.ReadInteger(ref reader) is >= 0 and <= int.MaxValue and long tag && to.TagCount < MostTags)
                to.AddTag((int)tag);
            else
                isReadable = false;
        }

        to.Note(ProfileColumn.TagIdList, isReadable, isAbsent: false);
    }

    /// <summary>Null, and an empty string where a number belongs, say nothing at all.</summary>
    private static bool IsAbsent(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty);

    /// <summary>The values of one entry, in whatever order its keys come.</summary>
    private struct Fields
    {
        private FewTags _few;
        private int[]? _many;

        public bool? Subscribe;
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
        public int Unreadable;
        public long LatestSecond;

        /// <summary>Keeps how reading a column went; of a key that comes twice, the last counts.</summary>
        public void Note(ProfileColumn column, bool isReadable, bool isAbsent)
        {
            ProfileFields flag = ProfileColumns.FlagOf(column);
            Missing = isReadable ? Missing & ~flag : Missing | flag;
            Unreadable = isReadable || isAbsent ? Unreadable & ~(1 << (int)column) : Unreadable | (1 << (int)column);
        }

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
                    row.Int16((short?)_fields.Sex);
                    break;
                case ProfileColumn.SubscribeTime:
                    row.UnixTime(_fields.SubscribeTime);
                    break;
                case ProfileColumn.GroupId:
                    row.Int32((int?)_fields.GroupId);
                    break;
                case ProfileColumn.TagIdList:
                    _fields.WriteTags(row);
                    break;
                case ProfileColumn.QrScene:
                    row.Int64(_fields.QrScene);
                    break;
                case ProfileColumn.OpenId:
                    WriteIdentifier(_fields.OpenId, Identifier.LongestOpenId, row);
                    break;
                case ProfileColumn.UnionId:
                    WriteIdentifier(_fields.UnionId, Identifier.LongestUnionId, row);
                    break;
                default:
                    WriteText(TextOf(column), row);
                    break;
            }
        }

        private JsonTextSlice TextOf(ProfileColumn column) => column switch
        {
            ProfileColumn.Nickname => _fields.Nickname,
            ProfileColumn.Language => _fields.Language,
            ProfileColumn.City => _fields.City,
            ProfileColumn.Province => _fields.Province,
            ProfileColumn.Country => _fields.Country,
            ProfileColumn.HeadImgUrl => _fields.HeadImgUrl,
            ProfileColumn.Remark => _fields.Remark,
            ProfileColumn.SubscribeScene => _fields.SubscribeScene,
            ProfileColumn.QrSceneStr => _fields.QrSceneStr,
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };

        private void WriteIdentifier(JsonTextSlice slice, int longest, BinaryRows row)
        {
            if (Identifier.IsPlain(slice, _document, longest))
                row.Text(slice.Of(_document));
            else
                row.Text(Identifier.At(slice, _document, longest));
        }

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
