using FollowerSync.Followers;
using FollowerSync.Tests.WeChat.Answers;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.Followers;

/// <summary>By which QR code somebody came, where the answer leaves it out.</summary>
public sealed class SceneOfFollowTests
{
    private const string Bare = "\"openid\":\"o1\",\"subscribe\":1,\"subscribe_time\":1700000000,\"nickname\":\"a\"";

    [Theory]
    [InlineData("qrscene_17", 0, 17L, null)]
    [InlineData("qrscene_shop", 3, null, "shop")]
    public void The_message_of_the_same_follow_tells_it(string key, int secondsAfter, long? scene, string? text)
    {
        FollowerProfile told = Read(Bare).ToldBy([Follow(-400, "qrscene_1"), Follow(secondsAfter, key)]);

        (told.SubscribeScene, told.QrScene, told.QrSceneStr, told.Nickname).ShouldBe(("ADD_SCENE_QR_CODE", scene, text, "a"));
    }

    [Theory]
    [InlineData("qrscene_17", 60)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void Another_follow_or_one_without_a_code_tells_nothing(string? key, int secondsAfter) =>
        Read(Bare).ToldBy([Follow(secondsAfter, key)]).SubscribeScene.ShouldBeNull();

    [Fact]
    public void What_the_answer_tells_stands() =>
        Read(Bare + ",\"subscribe_scene\":\"ADD_SCENE_SEARCH\",\"qr_scene\":0,\"qr_scene_str\":\"\"").ToldBy([Follow(0, "qrscene_17")]).SubscribeScene.ShouldBe("ADD_SCENE_SEARCH");

    private static FollowEvent Follow(int secondsAfter, string? key) =>
        new("o1", FollowEventKind.Subscribe, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + secondsAfter), key, []);

    private static FollowerProfile Read(string fields) => AnswerReader.ReadProfile(WeChatApi.UserInfo, System.Text.Encoding.UTF8.GetBytes($"{{{fields}}}"), AnyProfile.Now);
}
