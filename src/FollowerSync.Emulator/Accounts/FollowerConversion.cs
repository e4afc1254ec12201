using System.Text;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Accounts;

/// <summary>The way between the fields of an answer and the record that tests read and edit.</summary>
internal static class FollowerConversion
{
    public static EmulatedFollower ToFollower(this in FollowerFields fields) => new()
    {
        Subscribe = fields.Subscribe,
        OpenId = Encoding.UTF8.GetString(fields.OpenId),
        Nickname = Encoding.UTF8.GetString(fields.Nickname),
        Sex = fields.Sex,
        Language = Encoding.UTF8.GetString(fields.Language),
        City = Encoding.UTF8.GetString(fields.City),
        Province = Encoding.UTF8.GetString(fields.Province),
        Country = Encoding.UTF8.GetString(fields.Country),
        HeadImgUrl = Encoding.UTF8.GetString(fields.HeadImgUrl),
        SubscribeTime = fields.SubscribeTime,
        UnionId = fields.UnionId.IsEmpty ? null : Encoding.UTF8.GetString(fields.UnionId),
        Remark = Encoding.UTF8.GetString(fields.Remark),
        GroupId = fields.GroupId,
        TagIdList = fields.TagIdList.ToArray(),
        SubscribeScene = Encoding.UTF8.GetString(fields.SubscribeScene),
        QrScene = fields.QrScene,
        QrSceneStr = Encoding.UTF8.GetString(fields.QrSceneStr),
    };

    public static FollowerFields ToFields(this EmulatedFollower follower)
    {
        FollowerFields fields = default;
        fields.Subscribe = follower.Subscribe;
        fields.OpenId = Encoding.UTF8.GetBytes(follower.OpenId);
        if (!follower.Subscribe)
            return fields;
        fields.Nickname = Encoding.UTF8.GetBytes(follower.Nickname);
        fields.Sex = follower.Sex;
        fields.Language = Encoding.UTF8.GetBytes(follower.Language);
        fields.City = Encoding.UTF8.GetBytes(follower.City);
        fields.Province = Encoding.UTF8.GetBytes(follower.Province);
        fields.Country = Encoding.UTF8.GetBytes(follower.Country);
        fields.HeadImgUrl = Encoding.UTF8.GetBytes(follower.HeadImgUrl);
        fields.SubscribeTime = follower.SubscribeTime;
        fields.UnionId = Encoding.UTF8.GetBytes(follower.UnionId ?? "");
        fields.Remark = Encoding.UTF8.GetBytes(follower.Remark);
        fields.GroupId = follower.GroupId;
        fields.TagIdList = follower.TagIdList.ToArray();
        fields.SubscribeScene = Encoding.UTF8.GetBytes(follower.SubscribeScene);
        fields.QrScene = follower.QrScene;
        fields.QrSceneStr = Encoding.UTF8.GetBytes(follower.QrSceneStr);
        return fields;
    }
}
