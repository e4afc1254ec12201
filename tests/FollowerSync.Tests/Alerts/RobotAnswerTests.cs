using System.Net;
using System.Text;
using FollowerSync.Alerts.Channels;

namespace FollowerSync.Tests.Alerts;

/// <summary>Robots say HTTP 200 when they refuse; what they mean stands in the body.</summary>
public sealed class RobotAnswerTests
{
    [Theory]
    [InlineData("WeCom", """{"errcode":93000,"errmsg":"invalid webhook url"}""", 200, "Refused", 0)]
    [InlineData("WeCom", """{"errcode":45009,"errmsg":"api freq out of limit"}""", 200, "TooFast", 60)]
    [InlineData("WeCom", """{"errcode":-1,"errmsg":"system busy"}""", 200, "Passing", 0)]
    [InlineData("WeCom", """{"errmsg":"ok"}""", 200, "Refused", 0)]
    [InlineData("WeCom", "", 200, "Refused", 0)]
    [InlineData("WeCom", "<html>please log in</html>", 200, "Refused", 0)]
    [InlineData("WeCom", """{"errcode":"0","errmsg":"ok"}""", 200, "Delivered", 0)]
    [InlineData("WeCom", "", 302, "Refused", 0)]
    [InlineData("WeCom", "busy", 503, "Passing", 0)]
    [InlineData("WeCom", """{"status":404,"error":"Not Found"}""", 404, "Refused", 0)]
    [InlineData("WeCom", """{"status":1111,"punish":"action=deny;mode=json"}""", 200, "Refused", 0)]
    [InlineData("DingTalk", """{"status":404,"error":"Not Found"}""", 404, "Refused", 0)]
    [InlineData("DingTalk", """{"status":502,"error":"Bad Gateway"}""", 502, "Passing", 0)]
    [InlineData("Feishu", """{"status":"403","error":"Forbidden"}""", 403, "Refused", 0)]
    [InlineData("DingTalk", """{"errcode":310000,"errmsg":"keywords not in content"}""", 200, "Refused", 0)]
    [InlineData("DingTalk", """{"errcode":130101,"errmsg":"send too fast"}""", 200, "TooFast", 600)]
    [InlineData("DingTalk", """{"status":1111,"punish":"action=deny;mode=json"}""", 200, "TooFast", 600)]
    [InlineData("DingTalk", """{"errcode":460101,"errmsg":"message too long"}""", 200, "Refused", 0)]
    [InlineData("Feishu", """{"code":19021,"msg":"sign match fail"}""", 200, "Refused", 0)]
    [InlineData("Feishu", """{"code":9499,"msg":"too many request"}""", 400, "TooFast", 60)]
    [InlineData("Feishu", """{"code":11232,"msg":"create message failed, rate limit"}""", 200, "TooFast", 60)]
    [InlineData("Feishu", """{"StatusCode":0,"StatusMessage":"success"}""", 200, "Delivered", 0)]
    public void The_code_in_the_body_decides(string kind, string answer, int status, string outcome, int waitSeconds)
    {
        Delivery delivery = RobotAnswer.Read(Enum.Parse<ChannelKind>(kind), new HttpAnswer((HttpStatusCode)status, Encoding.UTF8.GetBytes(answer)), said => said);

        delivery.Outcome.ToString().ShouldBe(outcome);
        delivery.Wait.ShouldBe(TimeSpan.FromSeconds(waitSeconds));
    }

    [Theory]
    [InlineData(204, "Delivered")]
    [InlineData(400, "Refused")]
    [InlineData(404, "Refused")]
    [InlineData(302, "Refused")]
    [InlineData(408, "Passing")]
    [InlineData(429, "TooFast")]
    [InlineData(500, "Passing")]
    public void Of_a_webhook_the_status_decides(int status, string outcome) => new HttpAnswer((HttpStatusCode)status, []).ByStatus().Outcome.ToString().ShouldBe(outcome);

    // Made by other programs: Python's hmac, and dingtalk-robot-sdk.
    [Fact]
    public void Signatures_are_those_of_other_programs()
    {
        RobotSignature.OfDingTalk("SECtest", 1_700_000_000_000).ShouldBe("aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=");
        RobotSignature.OfFeishu("SECtest", 1_700_000_000).ShouldBe("G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk=");
    }
}
