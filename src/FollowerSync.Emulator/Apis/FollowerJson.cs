using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Apis;

/// <summary>Writes one person as <c>user/info</c> and <c>user/info/batchget</c> do.</summary>
internal static class FollowerJson
{
    public static void Write(BodyBuffer body, in FollowerFields person)
    {
        body.Raw(person.Subscribe ? "{\"subscribe\":1,\"openid\":"u8 : "{\"subscribe\":0,\"openid\":"u8);
        body.Text(person.OpenId);
        if (person.Subscribe)
            WriteDetails(body, person);
        body.Raw("}"u8);
    }

    private static void WriteDetails(BodyBuffer body, in FollowerFields person)
    {
        Text(body, ",\"nickname\":"u8, person.Nickname);
        Number(body, ",\"sex\":"u8, person.Sex);
        Text(body, ",\"language\":"u8, person.Language);
        Text(body, ",\"city\":"u8, person.City);
        Text(body, ",\"province\":"u8, person.Province);
        Text(body, ",\"country\":"u8, person.Country);
        Text(body, ",\"headimgurl\":"u8, person.HeadImgUrl);
        Number(body, ",\"subscribe_time\":"u8, person.SubscribeTime);
        if (!person.UnionId.IsEmpty)
            Text(body, ",\"unionid\":"u8, person.UnionId);
        Text(body, ",\"remark\":"u8, person.Remark);
        Number(body, ",\"groupid\":"u8, person.GroupId);
        Tags(body, person.TagIdList);
        Text(body, ",\"subscribe_scene\":"u8, person.SubscribeScene);
        Number(body, ",\"qr_scene\":"u8, person.QrScene);
        Text(body, ",\"qr_scene_str\":"u8, person.QrSceneStr);
    }

    private static void Text(BodyBuffer body, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        body.Raw(key);
        body.Text(text);
    }

    private static void Number(BodyBuffer body, ReadOnlySpan<byte> key, long number)
    {
        body.Raw(key);
        body.Number(number);
    }

    private static void Tags(BodyBuffer body, ReadOnlySpan<int> tags)
    {
        body.Raw(",\"tagid_list\":"u8);
        TagApis.WriteIds(body, tags);
    }
}
