namespace FollowerSync.Emulator.People;

/// <summary>One answer about a follower as WeChat's fields in UTF-8, borrowed from tables and scratch memory for as long as it is written.</summary>
internal ref struct FollowerFields
{
    public bool Subscribe;
    public ReadOnlySpan<byte> OpenId;
    public ReadOnlySpan<byte> Nickname;
    public int Sex;
    public ReadOnlySpan<byte> Language;
    public ReadOnlySpan<byte> City;
    public ReadOnlySpan<byte> Province;
    public ReadOnlySpan<byte> Country;
    public ReadOnlySpan<byte> HeadImgUrl;
    public long SubscribeTime;
    public ReadOnlySpan<byte> UnionId;
    public ReadOnlySpan<byte> Remark;
    public int GroupId;
    public ReadOnlySpan<int> TagIdList;
    public ReadOnlySpan<byte> SubscribeScene;
    public uint QrScene;
    public ReadOnlySpan<byte> QrSceneStr;
}
