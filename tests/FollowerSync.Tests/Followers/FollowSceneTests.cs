using FollowerSync.Followers;

namespace FollowerSync.Tests.Followers;

public sealed class FollowSceneTests
{
    [Theory]
    [InlineData("qrscene_1", 1L, null)]
    [InlineData("qrscene_4294967295", 4_294_967_295L, null)]
    [InlineData("qrscene_4294967296", null, "4294967296")]
    [InlineData("qrscene_99999999999999999999", null, "99999999999999999999")]
    [InlineData("qrscene_007", null, "007")]
    [InlineData("qrscene_-1", null, "-1")]
    [InlineData("qrscene_ 12", null, " 12")]
    [InlineData("qrscene_１２", null, "１２")]
    [InlineData("qrscene_shop-12 东门", null, "shop-12 东门")]
    [InlineData("qrscene_", null, null)]
    [InlineData("qrscene_a\0b", null, "ab")]
    [InlineData("qrscene_\0", null, null)]
    [InlineData("qrscene_qrscene_5", null, "qrscene_5")]
    public void The_key_of_a_follow_by_code_names_a_number_or_a_text(string key, long? number, string? text) =>
        FollowScene.OfSubscribe(key).ShouldBe(new FollowScene("ADD_SCENE_QR_CODE", number, text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("last_trade_no_4008432001201702")]
    [InlineData("17")]
    public void A_follow_with_another_key_or_none_is_by_no_code(string? key) => FollowScene.OfSubscribe(key).ShouldBe(default);

    [Theory]
    [InlineData("17", 17L, null)]
    [InlineData("0", 0L, null)]
    [InlineData("shop", null, "shop")]
    [InlineData(null, null, null)]
    public void The_key_of_a_scan_is_the_bare_scene(string? key, long? number, string? text) =>
        FollowScene.OfScan(key).ShouldBe(new FollowScene("ADD_SCENE_QR_CODE", number, text));

    [Fact]
    public void Half_a_pair_is_replaced_and_a_long_text_is_cut_between_characters()
    {
        FollowScene.OfScan("a\ud83d").QrSceneStr.ShouldBe("a\ufffd");
        FollowScene.OfScan(string.Concat("x", string.Concat(Enumerable.Repeat("😀", 500)))).QrSceneStr!.Length.ShouldBe(255);
        FollowScene.OfScan(new string('y', 70_000)).QrSceneStr!.Length.ShouldBe(256);
    }
}
