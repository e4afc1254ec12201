namespace FollowerSync.Emulator.People;

/// <summary>The tags and legacy groups of every emulated account.</summary>
internal static class TagBook
{
    public const int MaxTags = 4;

    private static readonly TextBook TagNames = new("星标组", "VIP会员", "上海门店", "北京门店", "新品试用", "老客户", "线上", "线下", "员工", "媒体", "❤️粉丝");
    private static readonly TextBook GroupNames = new("未分组", "黑名单", "星标组", "华东", "华南", "华北", "海外");

    public static int TagCount => TagNames.Count;

    public static int GroupCount => GroupNames.Count;

    /// <summary>Tag 2 is built in; the account's own begin at 100.</summary>
    public static int TagId(int index) => index == 0 ? 2 : 99 + index;

    public static int TagIndex(int tagId) => tagId == 2 ? 0 : tagId >= 100 && tagId < 99 + TagCount ? tagId - 99 : -1;

    public static ReadOnlySpan<byte> TagName(int index) => TagNames[index];

    public static int GroupId(int index) => index < 3 ? index : 97 + index;

    public static int GroupIndex(int groupId) => groupId is >= 0 and < 3 ? groupId : groupId >= 100 && groupId < 97 + GroupCount ? groupId - 97 : -1;

    public static ReadOnlySpan<byte> GroupName(int index) => GroupNames[index];

    /// <summary>Six of ten people have no tag, the others up to four.</summary>
    public static int Tags(ulong hash, Span<int> tags)
    {
        int count = Math.Max(0, hash.Below(10) - 5);
        int first = SeededHash.Mix(hash).Below(TagCount);
        for (int i = 0; i < count; i++)
            tags[i] = TagId((first + (i * 3)) % TagCount);
        return count;
    }

    public static int Group(ulong hash) => hash.Below(10) < 7 ? 0 : GroupId(SeededHash.Mix(hash).Below(GroupCount - 2) + 2);
}
