namespace FollowerSync.Followers.Encoding;

/// <summary>The fields of a profile that an answer can leave out.</summary>
[Flags]
internal enum ProfileFields
{
    None = 0,
    Sex = 1,
    Language = 2,
    City = 4,
    Province = 8,
    Country = 16,
    SubscribeTime = 32,
    Remark = 64,
    GroupId = 128,
    TagIdList = 256,
    SubscribeScene = 512,
    QrScene = 1024,
    QrSceneStr = 2048,
    Nickname = 4096,
    HeadImgUrl = 8192,
    All = 16383,
}
