using System.Buffers.Text;

namespace FollowerSync.Emulator.People;

/// <summary>Composes the profile of a person from nothing but seed, index and state.</summary>
internal sealed class ProfileComposer(Population population, OpenIdCipher openIds, UnionIds? unionIds, bool full)
{
    // The first follows of emulated people: from the opening of the platform in August 2012 to the end of 2025.
    private const long FirstFollow = 1_345_678_901;
    private const int FollowSpan = 421_000_000;

    private static readonly TextBook Languages = new("zh_CN", "zh_CN", "zh_CN", "zh_CN", "zh_CN", "zh_CN", "zh_TW", "zh_HK", "en", "ja");
    private static readonly TextBook Remarks = new("王经理", "VIP 客户", "重要", "经销商-", "2019展会", "do not call", "老板的朋友🙂", "欠款\"三千\"");

    private readonly ulong _seed = SeededHash.Of(population.Seed, 0, 0x20);

    public FollowerFields Compose(long index, scoped in PersonState state, ChurnEpoch epoch, AnswerLanguage language, ProfileScratch scratch)
    {
        FollowerFields fields = default;
        openIds.Encode(index, scratch.OpenId);
        fields.OpenId = scratch.OpenId;
        fields.Subscribe = state.Following;
        if (!state.Following)
            return fields;
        ulong follow = SeededHash.Of(_seed, index, 0x100 + (ulong)state.Follows);
        fields.Language = full ? Languages.Pick(SeededHash.Of(_seed, index, 1)) : Languages[0];
        fields.SubscribeTime = state.FollowedAt == 0 ? FirstFollow + follow.Below(FollowSpan) : epoch.TimeOf(state.FollowedAt);
        fields.SubscribeScene = SceneBook.Scene(follow);
        fields.QrScene = SceneBook.QrScene(follow);
        fields.QrSceneStr = scratch.QrSceneStr.AsSpan(0, SceneBook.QrText(follow, scratch.QrSceneStr));
        fields.GroupId = TagBook.Group(SeededHash.Of(_seed, index, 0x200 + (ulong)state.Groups));
        fields.TagIdList = scratch.Tags.AsSpan(0, TagBook.Tags(TagHash(index, state), scratch.Tags));
        fields.Remark = scratch.Remark.AsSpan(0, Remark(SeededHash.Of(_seed, index, 0x400 + (ulong)state.Remarks), state.Remarks, scratch.Remark));
        if (unionIds is not null)
        {
            unionIds.Encode(index, scratch.UnionId);
            fields.UnionId = scratch.UnionId;
        }
        if (full)
            AddPersonalData(ref fields, index, state.Names, language, scratch);
        return fields;
    }

    public ulong TagHash(long index, in PersonState state) => SeededHash.Of(_seed, index, 0x300 + ((ulong)state.Tags << 12));

    public int Group(long index, in PersonState state) => TagBook.Group(SeededHash.Of(_seed, index, 0x200 + (ulong)state.Groups));

    /// <summary>One person in a thousand is on the blacklist.</summary>
    public bool IsBlacklisted(long index) => SeededHash.Of(_seed, index, 0x700).Below(1000) == 0;

    private void AddPersonalData(ref FollowerFields fields, long index, int names, AnswerLanguage language, ProfileScratch scratch)
    {
        ulong name = SeededHash.Of(_seed, index, 0x500 + ((ulong)names << 12));
        Place place = Place.Pick(SeededHash.Of(_seed, index, 2));
        fields.Nickname = scratch.Nickname.AsSpan(0, NameBook.Compose(name, scratch.Nickname));
        fields.Sex = SeededHash.Mix(name ^ (ulong)index).Below(3);
        fields.City = place.City(language);
        fields.Province = place.Province(language);
        fields.Country = place.Country(language);
        fields.HeadImgUrl = scratch.HeadImgUrl.AsSpan(0, HeadImgUrl(name, scratch.HeadImgUrl));
    }

    // Three people in a hundred have a remark from the start; whoever was remarked on later has one.
    private static int Remark(ulong hash, int remarks, Span<byte> target)
    {
        if (remarks == 0 && hash.Below(100) >= 3)
            return 0;
        ulong next = SeededHash.Mix(hash);
        ReadOnlySpan<byte> text = Remarks.Pick(next);
        text.CopyTo(target);
        Utf8Formatter.TryFormat((int)(SeededHash.Mix(next) & 0xFFFF), target[text.Length..], out int length);
        return text.Length + length;
    }

    // A host that can never exist, so that no page that shows avatars calls anybody.
    private static int HeadImgUrl(ulong name, Span<byte> target)
    {
        ReadOnlySpan<byte> start = "http://thirdwx.emulator.invalid/mmopen/"u8;
        start.CopyTo(target);
        Utf8Formatter.TryFormat(name, target[start.Length..], out int first, new System.Buffers.StandardFormat('x', 16));
        int at = start.Length + first;
        Utf8Formatter.TryFormat(SeededHash.Mix(name + 7), target[at..], out int second, new System.Buffers.StandardFormat('x', 16));
        at += second;
        "/132"u8.CopyTo(target[at..]);
        return at + 4;
    }
}
