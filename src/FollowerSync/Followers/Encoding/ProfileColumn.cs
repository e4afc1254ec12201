namespace FollowerSync.Followers.Encoding;

/// <summary>The columns of an encoded profile, in the order <see cref="BinaryRows"/> writes and the COPY statements name them.</summary>
internal enum ProfileColumn
{
    OpenId,
    Nickname,
    Sex,
    Language,
    City,
    Province,
    Country,
    HeadImgUrl,
    SubscribeTime,
    Remark,
    GroupId,
    TagIdList,
    SubscribeScene,
    QrScene,
    QrSceneStr,
    UnionId,
}
