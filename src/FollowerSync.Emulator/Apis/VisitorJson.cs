using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary>Writes a visitor as <c>/sns/userinfo</c> does: nickname and picture are there, sex and region are not.</summary>
internal static class VisitorJson
{
    public static void Write(ApiCall call, EmulatedFollower person)
    {
        BodyBuffer body = call.Answer;
        body.Raw("{\"openid\":"u8);
        body.Text(person.OpenId);
        body.Raw(",\"nickname\":"u8);
        body.Text(person.Nickname);
        body.Raw(",\"sex\":0,\"language\":\"\",\"city\":\"\",\"province\":\"\",\"country\":\"\",\"headimgurl\":"u8);
        body.Text(person.HeadImgUrl);
        body.Raw(",\"privilege\":[]"u8);
        if (person.UnionId is { } unionId)
        {
            body.Raw(",\"unionid\":"u8);
            body.Text(unionId);
        }
        body.Raw("}"u8);
    }
}
