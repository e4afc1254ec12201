using System.Buffers.Binary;
using FollowerSync.Followers.Encoding;

namespace FollowerSync.Followers;

/// <summary>A person as WeChat answered for one openid. Null = the key was missing or the value empty.
/// Field names and meanings are those of <c>user/info</c>; the values stay encoded as a row until somebody asks for one.</summary>
internal sealed class FollowerProfile
{
    private const ProfileFields Scene = ProfileFields.SubscribeScene | ProfileFields.QrScene | ProfileFields.QrSceneStr;

    private const long PostgresEpochTicks = 630_822_816_000_000_000;

    private readonly BinaryRows _rows;
    private readonly int _offset;
    private readonly int _length;
    private readonly int _unionIdOffset;
    private readonly long? _contentHash;

    /// <param name="rows">Holds the encoded columns, <see cref="ProfileColumn"/> by <see cref="ProfileColumn"/>.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="openId">The openid, as in the first column.</param>
    /// <param name="subscribe">Whether the person follows; null = the key was missing.</param>
    /// <param name="missing">Fields whose key was missing, or whose value could not be read.</param>
    public FollowerProfile(BinaryRows rows, int offset, string openId, bool? subscribe, ProfileFields missing)
    {
        _rows = rows;
        _offset = offset;
        _length = rows.Length - offset;
        OpenId = openId;
        Subscribe = subscribe;
        Missing = missing;
        _unionIdOffset = OffsetOf(ProfileColumn.UnionId);
        _contentHash = subscribe == true ? Hash() : null;
    }

    private FollowerProfile(FollowerProfile original, BinaryRows rows, int offset, ProfileFields missing, bool withoutUnionId)
    {
        _rows = rows;
        _offset = offset;
        _length = rows == original._rows ? original._length : rows.Length - offset;
        _unionIdOffset = OffsetOf(ProfileColumn.UnionId);
        OpenId = original.OpenId;
        Subscribe = original.Subscribe;
        Missing = missing;
        Unreadable = original.Unreadable;
        LeavesOutUnionId = withoutUnionId;
    }

    public string OpenId { get; }

    /// <summary>Whether the person follows; if not, WeChat answers nothing but the openid. Null = the key was missing.</summary>
    public bool? Subscribe { get; }

    /// <summary>Fields whose key was not in the answer, or whose value could not be read, unlike those answered empty.</summary>
    public ProfileFields Missing { get; }

    /// <summary>Columns whose value was there and could not be read, the lowest bit for the first column.</summary>
    public int Unreadable { get; init; }

    /// <summary>The names of those columns.</summary>
    public IEnumerable<string> UnreadableColumns => ProfileColumns.NamesOf(Unreadable);

    /// <summary>Whether the answered unionid is not to be stored.</summary>
    public bool LeavesOutUnionId { get; }

    public string? Nickname => Text(ProfileColumn.Nickname);

    public short? Sex => Column(ProfileColumn.Sex) is { Length: 2 } value ? BinaryPrimitives.ReadInt16BigEndian(value) : null;

    public string? Language => Text(ProfileColumn.Language);

    public string? City => Text(ProfileColumn.City);

    public string? Province => Text(ProfileColumn.Province);

    public string? Country => Text(ProfileColumn.Country);

    public string? HeadImgUrl => Text(ProfileColumn.HeadImgUrl);

    public DateTime? SubscribeTime => Int64(ProfileColumn.SubscribeTime) is { } micros ? new DateTime(PostgresEpochTicks + (micros * 10), DateTimeKind.Utc) : null;

    public string? Remark => Text(ProfileColumn.Remark);

    public int? GroupId => Column(ProfileColumn.GroupId) is { Length: 4 } value ? BinaryPrimitives.ReadInt32BigEndian(value) : null;

    public int[]? TagIdList => ReadTags(Column(ProfileColumn.TagIdList));

    public string? SubscribeScene => Text(ProfileColumn.SubscribeScene);

    /// <summary>Unsigned 32-bit at WeChat.</summary>
    public long? QrScene => Int64(ProfileColumn.QrScene);

    public string? QrSceneStr => Text(ProfileColumn.QrSceneStr);

    public string? UnionId => LeavesOutUnionId ? null : Text(ProfileColumn.UnionId);

    /// <summary>The unionid in UTF-8; empty = none.</summary>
    public ReadOnlySpan<byte> UnionIdUtf8 => LeavesOutUnionId ? [] : ValueAt(_unionIdOffset);

    /// <summary>An answer that says no more than that the person follows. WeChat gives it now and then; it is asked again and never stored over more.</summary>
    public bool IsHollow => Subscribe == true && LengthAt(_unionIdOffset) < 0 && IsNull(ProfileColumn.Nickname)
        && IsNull(ProfileColumn.SubscribeTime) && IsNull(ProfileColumn.SubscribeScene);

    /// <summary>A hash of everything answered, to store with the row: the same answer, stored under the same rule, has the same one. Null when the
    /// profile was changed after it was answered, so that it is compared column by column the next time.</summary>
    /// <param name="keepKnown">Whether an empty nickname or picture keeps the stored one.</param>
    public long? HashFor(bool keepKnown) => keepKnown ? _contentHash : ~_contentHash;

    /// <summary>The encoded columns up to the unionid, which follows as the last one.</summary>
    public ReadOnlySpan<byte> ColumnsBeforeUnionId => _rows.Span(_offset, _unionIdOffset - _offset);

    /// <summary>The same profile, its unionid not to be stored.</summary>
    public FollowerProfile WithoutUnionId() => new(this, _rows, _offset, Missing, withoutUnionId: true);

    /// <summary>The same profile, to be stored without touching anything known.</summary>
    public FollowerProfile KeepingEverythingKnown() => new(this, _rows, _offset, ProfileFields.All, LeavesOutUnionId);

    /// <summary>The same profile without some fields: nothing of them is stored, and what is stored of them stays as it is.</summary>
    public FollowerProfile Without(ProfileFields fields) =>
        Rewritten(column => (fields & ProfileColumns.FlagOf(column)) != ProfileFields.None, (_, row) => row.Null(), Missing | fields);

    /// <summary>The same profile with the scene that an event tells of the answered follow, where the answer tells none.</summary>
    /// <param name="follows">Trusted events of the person's following.</param>
    public FollowerProfile ToldBy(IEnumerable<FollowEvent> follows) =>
        Missing.HasFlag(Scene) && SubscribeTime is { } at
            && follows.Where(e => (e.HappenedAt.UtcDateTime - at).Duration() <= KnownFollow.Tolerance).MinBy(e => (e.HappenedAt.UtcDateTime - at).Duration()) is { } follow
            && FollowScene.OfSubscribe(follow.Scene) is { IsQrCode: true } scene ? With(scene) : this;

    private FollowerProfile With(FollowScene scene) => Rewritten(
        column => (Scene & ProfileColumns.FlagOf(column)) != ProfileFields.None,
        (column, row) =>
        {
            if (column == ProfileColumn.QrScene)
                row.Int64(scene.QrScene);
            else
                row.Text(column == ProfileColumn.SubscribeScene ? scene.Name : scene.QrSceneStr);
        },
        Missing & ~Scene);

    private FollowerProfile Rewritten(Predicate<ProfileColumn> isRewritten, Action<ProfileColumn, BinaryRows> write, ProfileFields missing)
    {
        var rows = new BinaryRows(_length + 1024);
        foreach (ProfileColumn column in ProfileColumns.All)
        {
            int offset = OffsetOf(column);
            if (isRewritten(column))
                write(column, rows);
            else
                rows.Column(_rows.Span(offset, 4 + Math.Max(0, LengthAt(offset))));
        }

        return new FollowerProfile(this, rows, 0, missing, LeavesOutUnionId);
    }

    private bool IsNull(ProfileColumn column) => LengthAt(OffsetOf(column)) < 0;

    private string? Text(ProfileColumn column)
    {
        ReadOnlySpan<byte> value = Column(column);
        return value.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(value);
    }

    private long? Int64(ProfileColumn column) => Column(column) is { Length: 8 } value ? BinaryPrimitives.ReadInt64BigEndian(value) : null;

    private int[]? ReadTags(ReadOnlySpan<byte> array)
    {
        if (IsNull(ProfileColumn.TagIdList))
            return null;
        if (array.Length < 20)
            return [];

        int[] tags = new int[BinaryPrimitives.ReadInt32BigEndian(array[12..])];
        for (int i = 0; i < tags.Length; i++)
            tags[i] = BinaryPrimitives.ReadInt32BigEndian(array[(24 + (8 * i))..]);
        return tags;
    }

    private ReadOnlySpan<byte> Column(ProfileColumn column) => ValueAt(OffsetOf(column));

    private ReadOnlySpan<byte> ValueAt(int offset)
    {
        int length = LengthAt(offset);
        return length < 0 ? [] : _rows.Span(offset + 4, length);
    }

    private int OffsetOf(ProfileColumn column)
    {
        int offset = _offset;
        for (int i = 0; i < (int)column; i++)
            offset += 4 + Math.Max(0, LengthAt(offset));
        return offset;
    }

    private int LengthAt(int offset) => BinaryPrimitives.ReadInt32BigEndian(_rows.Span(offset, 4));

    private long Hash() => (long)ContentHash.Of(_rows.Span(_offset, _length)) ^ (long)Missing;
}
