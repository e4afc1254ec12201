using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FsCheck;
using FsCheck.Fluent;

namespace FollowerSync.Tests.WeChat.Answers;

public sealed class AnyProfileTests
{
    [Fact]
    public void Any_entries_of_a_batch_are_read_as_they_are_meant() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(AnyProfile.Generate("o1").Two().ToArbitrary(), pair =>
        {
            AnyProfile[] meant = [pair.Item1, pair.Item2 with { OpenId = "o2" }];
            BatchAnswer answer = AnswerReader.ReadBatch(
                WeChatApi.BatchGet, [.. "{\"user_info_list\":["u8, .. meant[0].Json, .. ","u8, .. meant[1].Json, .. "]}"u8], AnyProfile.Now);

            answer.Unreadable.ShouldBe(0);
            answer.Profiles.Select(p => p.OpenId).ShouldBe(["o1", "o2"]);
            foreach ((FollowerProfile read, AnyProfile expected) in answer.Profiles.Zip(meant))
                ShouldMean(read, expected);
        }));

    private static void ShouldMean(FollowerProfile read, AnyProfile meant)
    {
        read.Subscribe.ShouldBe(true);
        read.Nickname.ShouldBe(meant.Text("nickname"));
        read.Language.ShouldBe(meant.Text("language"));
        read.City.ShouldBe(meant.Text("city"));
        read.Province.ShouldBe(meant.Text("province"));
        read.Country.ShouldBe(meant.Text("country"));
        read.HeadImgUrl.ShouldBe(meant.Text("headimgurl"));
        read.Remark.ShouldBe(meant.Text("remark"));
        read.SubscribeScene.ShouldBe(meant.Text("subscribe_scene"));
        read.QrSceneStr.ShouldBe(meant.Text("qr_scene_str"));
        read.UnionId.ShouldBe(meant.Identifier("unionid"));
        ((long?)read.Sex).ShouldBe(meant.Number("sex"));
        ((long?)read.GroupId).ShouldBe(meant.Number("groupid"));
        read.QrScene.ShouldBe(meant.Number("qr_scene"));
        read.SubscribeTime.ShouldBe(meant.Number("subscribe_time") is { } seconds ? DateTime.UnixEpoch.AddSeconds(seconds) : null);
        read.TagIdList.ShouldBe(meant.Tags);
        foreach (ProfileColumn column in ProfileColumns.All.Where(column => ProfileColumns.FlagOf(column) != ProfileFields.None))
            read.Missing.HasFlag(ProfileColumns.FlagOf(column)).ShouldBe(meant.Lacks(ProfileColumns.NameOf(column)), ProfileColumns.NameOf(column));
    }
}
