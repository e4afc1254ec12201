using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Answers;

/// <summary>Answers in the shape of WeChat's documentation (api_getfans, api_userinfo, api_batchuserinfo, api_getstableaccesstoken), with values made up here.</summary>
public sealed class DocumentedAnswersTests
{
    [Fact]
    public void A_page_of_user_get_holds_openids_and_the_cursor_behind_them()
    {
        OpenIdPage page = AnswerReader.ReadOpenIdPage(WeChatApi.UserGet, """
            {"total":23000,"count":2,"data":{"openid":["oAAAAAAAAAAAAAAAAAAAAAAAAAA1","oAAAAAAAAAAAAAAAAAAAAAAAAAA2"]},"next_openid":"oAAAAAAAAAAAAAAAAAAAAAAAAAA2"}
            """u8);

        page.Total.ShouldBe(23_000);
        page.Count.ShouldBe(2);
        page.OpenIds.ShouldBe(["oAAAAAAAAAAAAAAAAAAAAAAAAAA1", "oAAAAAAAAAAAAAAAAAAAAAAAAAA2"]);
        page.NextOpenId.ShouldBe("oAAAAAAAAAAAAAAAAAAAAAAAAAA2");
    }

    [Theory]
    [InlineData("""{"total":2,"count":0,"next_openid":""}""")]
    [InlineData("""{"total":2,"count":0,"data":{},"next_openid":""}""")]
    [InlineData("""{"total":2,"count":0,"data":{"openid":[]},"next_openid":""}""")]
    [InlineData("""{"total":2,"count":0,"data":{"openid":null},"next_openid":null}""")]
    [InlineData("""{"total":"2","count":"0","data":null}""")]
    public void Past_the_end_of_user_get_there_are_no_openids(string body)
    {
        OpenIdPage page = AnswerReader.ReadOpenIdPage(WeChatApi.UserGet, System.Text.Encoding.UTF8.GetBytes(body));

        page.OpenIds.ShouldBeEmpty();
        page.NextOpenId.ShouldBeEmpty();
        page.Total.ShouldBe(2);
    }

    [Fact]
    public void The_empty_openid_that_old_examples_begin_with_is_left_out()
    {
        OpenIdPage page = AnswerReader.ReadOpenIdPage(WeChatApi.UserGet, """
            {"total":2,"count":2,"data":{"openid":["","oAAAAAAAAAAAAAAAAAAAAAAAAAA1"]},"next_openid":"oAAAAAAAAAAAAAAAAAAAAAAAAAA1"}
            """u8);

        page.OpenIds.ShouldBe(["oAAAAAAAAAAAAAAAAAAAAAAAAAA1"]);
    }

    [Fact]
    public void An_address_that_is_not_on_the_whitelist_is_named_for_the_administrator_to_copy()
    {
        WeChatApiException refusal = Should.Throw<WeChatApiException>(() => AnswerReader.ReadToken(WeChatApi.StableToken, """
            {"errcode":40164,"errmsg":"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 61d30000-00000000-00000000"}
            """u8));

        refusal.Reaction.ShouldBe(Reaction.StopAccount);
        refusal.Message.ShouldEndWith("WeChat sees this server as 203.0.113.7.");
    }

    [Fact]
    public void A_quota_tells_the_days_limit()
    {
        QuotaAnswer quota = AnswerReader.ReadQuota(WeChatApi.QuotaGet, """
            {"errcode":0,"errmsg":"ok","quota":{"daily_limit":500000,"used":12,"remain":499988},"rate_limit":{"call_count":10000,"refresh_second":60},
             "component_rate_limit":{"call_count":0,"refresh_second":0}}
            """u8);

        quota.ShouldBe(new QuotaAnswer(500_000, 12, 499_988));
    }

    [Fact]
    public void The_zeros_of_the_documentation_tell_no_limit()
    {
        QuotaAnswer quota = AnswerReader.ReadQuota(WeChatApi.QuotaGet, """
            {"errcode":0,"errmsg":"ok","quota":{"daily_limit":0,"used":0,"remain":0},"rate_limit":{"call_count":0,"refresh_second":0}}
            """u8);

        quota.TellsLimit.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"tags":null}""", 0)]
    [InlineData("""{"tags":[null,{"id":2,"name":"two","count":3},"x"],"errcode":0}""", 1)]
    public void Null_in_the_place_of_a_list_is_an_empty_one(string body, int rows) =>
        AnswerReader.ReadRows(WeChatApi.TagsGet, System.Text.Encoding.UTF8.GetBytes(body), "tags", NamedId.Read).Count.ShouldBe(rows);

    [Theory]
    [InlineData("""{"tags":null,"errcode":40001,"errmsg":"invalid credential"}""", 40001)]
    [InlineData("""{"tags":"x","errcode":40001,"errmsg":"invalid credential"}""", 40001)]
    [InlineData("""{"tags":{"errcode":0},"errcode":40001,"errmsg":"invalid credential"}""", 40001)]
    [InlineData("""{"tags":"x"}""", null)]
    public void What_stands_in_the_place_of_a_list_hides_no_error(string body, int? code) =>
        Should.Throw<WeChatApiException>(() => AnswerReader.ReadRows(WeChatApi.TagsGet, System.Text.Encoding.UTF8.GetBytes(body), "tags", NamedId.Read)).ErrorCode.ShouldBe(code);

    [Fact]
    public void A_batch_answer_holds_whole_profiles_of_followers_and_the_bare_openid_of_others()
    {
        BatchAnswer answer = AnswerReader.ReadBatch(WeChatApi.BatchGet, """
            {"user_info_list":[
              {"subscribe":1,"openid":"oAAAAAAAAAAAAAAAAAAAAAAAAAA1","nickname":"小明 🐼","sex":1,"language":"zh_CN","city":"广州","province":"广东","country":"中国",
               "headimgurl":"https://example.com/0.jpg","subscribe_time":1700000000,"unionid":"oUUUUUUUUUUUUUUUUUUUUUUUUUU1","remark":"vip","groupid":3,
               "tagid_list":[2,100],"subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":4294967295,"qr_scene_str":"spring"},
              {"subscribe":0,"openid":"oAAAAAAAAAAAAAAAAAAAAAAAAAA2"}]}
            """u8, AnyProfile.Now);

        FollowerProfile follower = answer.Profiles[0];
        follower.ShouldSatisfyAllConditions(
            () => follower.OpenId.ShouldBe("oAAAAAAAAAAAAAAAAAAAAAAAAAA1"),
            () => follower.Subscribe.ShouldBe(true),
            () => follower.Nickname.ShouldBe("小明 🐼"),
            () => follower.Sex.ShouldBe((short)1),
            () => follower.Language.ShouldBe("zh_CN"),
            () => follower.City.ShouldBe("广州"),
            () => follower.Province.ShouldBe("广东"),
            () => follower.Country.ShouldBe("中国"),
            () => follower.HeadImgUrl.ShouldBe("https://example.com/0.jpg"),
            () => follower.SubscribeTime.ShouldBe(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc)),
            () => follower.UnionId.ShouldBe("oUUUUUUUUUUUUUUUUUUUUUUUUUU1"),
            () => follower.Remark.ShouldBe("vip"),
            () => follower.GroupId.ShouldBe(3),
            () => follower.TagIdList.ShouldBe([2, 100]),
            () => follower.SubscribeScene.ShouldBe("ADD_SCENE_QR_CODE"),
            () => follower.QrScene.ShouldBe(4_294_967_295),
            () => follower.QrSceneStr.ShouldBe("spring"),
            () => follower.Missing.ShouldBe(ProfileFields.None));
        answer.Profiles[1].Subscribe.ShouldBe(false);
        answer.Profiles[1].OpenId.ShouldBe("oAAAAAAAAAAAAAAAAAAAAAAAAAA2");
        answer.Unreadable.ShouldBe(0);
    }

    [Fact]
    public void The_empty_values_given_since_2021_are_no_values()
    {
        FollowerProfile profile = AnswerReader.ReadProfile(WeChatApi.UserInfo, """
            {"subscribe":1,"openid":"oAAAAAAAAAAAAAAAAAAAAAAAAAA1","nickname":"","sex":0,"language":"zh_CN","city":"","province":"","country":"","headimgurl":"",
             "subscribe_time":1700000000,"remark":"","groupid":0,"tagid_list":[],"subscribe_scene":"ADD_SCENE_OTHERS","qr_scene":0,"qr_scene_str":""}
            """u8, AnyProfile.Now);

        profile.Nickname.ShouldBeNull();
        profile.HeadImgUrl.ShouldBeNull();
        profile.UnionId.ShouldBeNull();
        profile.Sex.ShouldBe((short)0);
        profile.TagIdList.ShouldBe([]);
        profile.Missing.ShouldBe(ProfileFields.None);
    }

    [Fact]
    public void An_error_answer_names_code_meaning_and_request_id()
    {
        WeChatApiException error = Should.Throw<WeChatApiException>(() => AnswerReader.ReadBatch(
            WeChatApi.BatchGet, """{"errcode":40003,"errmsg":"invalid openid rid: 66aa0000-12345678-00000000"}"""u8, AnyProfile.Now));

        error.ErrorCode.ShouldBe(40003);
        error.Reaction.ShouldBe(Reaction.BadOpenId);
        error.RequestId.ShouldBe("66aa0000-12345678-00000000");
        error.Message.ShouldContain("40003");
    }

    [Fact]
    public void A_token_answer_tells_how_long_the_token_works()
    {
        AccessToken token = AnswerReader.ReadToken(WeChatApi.StableToken, """{"access_token":"91_abc","expires_in":345}"""u8);

        token.Value.ShouldBe("91_abc");
        token.Left.ShouldBe(TimeSpan.FromSeconds(345));
        token.ToString().ShouldNotContain("91_abc");
    }

    [Fact]
    public void The_code_40001_means_the_secret_in_a_token_call_and_the_token_in_any_other()
    {
        byte[] body = """{"errcode":40001,"errmsg":"invalid credential rid: 1"}"""u8.ToArray();

        Should.Throw<WeChatApiException>(() => AnswerReader.ReadToken(WeChatApi.StableToken, body)).Reaction.ShouldBe(Reaction.StopAccount);
        Should.Throw<WeChatApiException>(() => AnswerReader.ReadOpenIdPage(WeChatApi.UserGet, body)).Reaction.ShouldBe(Reaction.RefreshToken);
    }
}
