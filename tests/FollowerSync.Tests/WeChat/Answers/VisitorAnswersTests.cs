using System.Text;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Answers;

/// <summary>Answers of <c>/sns/oauth2/access_token</c> and <c>/sns/userinfo</c>, as documented and odd.</summary>
public sealed class VisitorAnswersTests
{
    private const string OpenId = "oVisitor000000000000000000_1";

    [Fact]
    public void The_documented_answer_names_the_visitor()
    {
        VisitorToken token = Token($$"""{"access_token":"ACCESS","expires_in":7200,"refresh_token":"REFRESH","openid":"{{OpenId}}","scope":"snsapi_userinfo","is_snapshotuser":0,"unionid":"oUnion"}""");

        (token.OpenId, token.UnionId, token.AccessToken, token.IsSnapshot).ShouldBe((OpenId, "oUnion", "ACCESS", false));
        token.ToString().ShouldNotContain("ACCESS");
        token.ToString().ShouldNotContain(OpenId);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("\"1\"", true)]
    [InlineData("true", true)]
    [InlineData("2", true)]
    [InlineData("\"yes\"", true)]
    [InlineData("[1]", true)]
    [InlineData("{}", true)]
    [InlineData("0", false)]
    [InlineData("\"0\"", false)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("\"\"", false)]
    public void Whatever_may_mean_a_snapshot_is_one(string flag, bool isSnapshot) =>
        Token($$"""{"is_snapshotuser":{{flag}},"openid":"{{OpenId}}"}""").IsSnapshot.ShouldBe(isSnapshot);

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("<html>oops</html>")]
    [InlineData("""{"openid":null}""")]
    [InlineData("""{"openid":""}""")]
    [InlineData("""{"openid":["o1"]}""")]
    [InlineData("""{"openid":{"id":"o1"}}""")]
    [InlineData("""{"openid":"o|1"}""")]
    [InlineData("""{"openid":"o 1"}""")]
    [InlineData("""{"openid":"o\u0000"}""")]
    [InlineData("""{"openid":"o\r\nLocation: x"}""")]
    [InlineData("""{"openid":"openid-that-is-longer-than-any-openid-has-ever-been-or-will-be-0123456789"}""")]
    [InlineData("""{"openid":"o1","access_token":""")]
    public void An_answer_without_an_openid_that_can_be_one_is_none(string body)
    {
        WeChatApiException exception = Should.Throw<WeChatApiException>(() => Token(body));

        exception.ErrorCode.ShouldBeNull();
        exception.Reaction.ShouldBe(Reaction.Retry);
        exception.Message.ShouldNotContain("Location");
    }

    [Theory]
    [InlineData("""{"openid":" oVisitor000000000000000000_1\n"}""")]
    [InlineData("""{"openid":"\u006fVisitor000000000000000000_1","unionid":7,"x":{"openid":"other"}}""")]
    [InlineData("""{"openid":"other","openid":"oVisitor000000000000000000_1","access_token":{},"unionid":[]}""")]
    [InlineData("""{"errcode":0,"errmsg":"ok","openid":"oVisitor000000000000000000_1",}""")]
    public void Odd_ways_to_write_it_are_read(string body) => Token(body).OpenId.ShouldBe(OpenId);

    [Theory]
    [InlineData(40029, Reaction.FreshCode)]
    [InlineData(40163, Reaction.FreshCode)]
    [InlineData(42003, Reaction.FreshCode)]
    [InlineData(40001, Reaction.StopAccount)]
    [InlineData(40125, Reaction.StopAccount)]
    [InlineData(-1, Reaction.Retry)]
    public void A_return_code_says_what_to_do_though_an_openid_stands_beside_it(int code, Enum reaction)
    {
        WeChatApiException exception = Should.Throw<WeChatApiException>(() => Token($$"""{"openid":"{{OpenId}}","errcode":{{code}},"errmsg":"invalid code {{OpenId}}, rid: 1-2-3"}"""));

        exception.Reaction.ShouldBe((Reaction)reaction);
        exception.Message.ShouldNotContain(OpenId);
    }

    [Theory]
    [InlineData("\"小明\"", "小明")]
    [InlineData("\"\\ud83d\"", "\uFFFD")]
    [InlineData("\"a\\u0000b\"", "ab")]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    [InlineData("\"a\tb\"", "a\tb")]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("[1]", null)]
    [InlineData("7", "7")]
    public void A_nickname_is_kept_as_PostgreSQL_can_hold_it(string written, string? nickname) =>
        Profile($$"""{"openid":"{{OpenId}}","nickname":{{written}},"sex":0,"privilege":[]}""").Nickname.ShouldBe(nickname);

    [Fact]
    public void A_nickname_longer_than_any_is_none() => Profile($$"""{"openid":"{{OpenId}}","nickname":"{{new string('长', 20_000)}}"}""").Nickname.ShouldBeNull();

    private static VisitorToken Token(string body) => AnswerReader.ReadOne(WeChatApi.SnsAccessToken, Encoding.UTF8.GetBytes(body), VisitorToken.Read, isTokenCall: true);

    private static VisitorProfile Profile(string body) => AnswerReader.ReadOne(WeChatApi.SnsUserInfo, Encoding.UTF8.GetBytes(body), VisitorProfile.Read, isTokenCall: false);
}
