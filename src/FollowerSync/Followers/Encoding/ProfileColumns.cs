namespace FollowerSync.Followers.Encoding;

/// <summary>The order of an encoded profile's columns, and what each is called in SQL. Nothing else knows it.</summary>
internal static class ProfileColumns
{
    /// <summary>All columns, in the order of the row. <see cref="ProfileColumn.UnionId"/> is the last one, so that it can be left out.</summary>
    public static IReadOnlyList<ProfileColumn> All { get; } = Enum.GetValues<ProfileColumn>();

    private static ProfileFields[] Flags { get; } =
        [.. All.Select(column => Enum.TryParse(column.ToString(), out ProfileFields flag) ? flag : ProfileFields.None)];

    /// <summary>All columns but the openid, which never changes.</summary>
    public static IReadOnlyList<ProfileColumn> Changing { get; } = [.. All.Where(column => column != ProfileColumn.OpenId)];

    /// <summary>The names of all columns, for a COPY.</summary>
    public static string Names { get; } = Join(", ", All, NameOf);

    /// <summary>Encodes a profile.</summary>
    public static void Write<TValues>(ref TValues values, BinaryRows row)
        where TValues : IProfileValues, allows ref struct
    {
        for (ProfileColumn column = ProfileColumn.OpenId; column <= ProfileColumn.UnionId; column++)
            values.Write(column, row);
    }

    /// <summary>A piece of SQL for each column, joined.</summary>
    public static string Join(string separator, IEnumerable<ProfileColumn> columns, Func<ProfileColumn, string> piece) =>
        string.Join(separator, columns.Select(piece));

    /// <summary>Its name in <c>wechat.followers</c>: WeChat's.</summary>
    public static string NameOf(ProfileColumn column) => column switch
    {
        ProfileColumn.OpenId => "openid",
        ProfileColumn.Nickname => "nickname",
        ProfileColumn.Sex => "sex",
        ProfileColumn.Language => "language",
        ProfileColumn.City => "city",
        ProfileColumn.Province => "province",
        ProfileColumn.Country => "country",
        ProfileColumn.HeadImgUrl => "headimgurl",
        ProfileColumn.SubscribeTime => "subscribe_time",
        ProfileColumn.Remark => "remark",
        ProfileColumn.GroupId => "groupid",
        ProfileColumn.TagIdList => "tagid_list",
        ProfileColumn.SubscribeScene => "subscribe_scene",
        ProfileColumn.QrScene => "qr_scene",
        ProfileColumn.QrSceneStr => "qr_scene_str",
        ProfileColumn.UnionId => "unionid",
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };

    /// <summary>Its type in SQL.</summary>
    public static string TypeOf(ProfileColumn column) => column switch
    {
        ProfileColumn.OpenId or ProfileColumn.UnionId => "text collate \"C\"",
        ProfileColumn.Sex => "smallint",
        ProfileColumn.SubscribeTime => "timestamptz",
        ProfileColumn.GroupId => "int",
        ProfileColumn.TagIdList => "int[]",
        ProfileColumn.QrScene => "bigint",
        _ => "text",
    };

    /// <summary>The flag that says that its key was missing; none for a column that an absent value never erases anyway.</summary>
    public static ProfileFields FlagOf(ProfileColumn column) => Flags[(int)column];

    /// <summary>The names of the columns whose bit is set: the lowest for the first column.</summary>
    public static IEnumerable<string> NamesOf(int bits) => All.Where(column => (bits & (1 << (int)column)) != 0).Select(NameOf);
}
