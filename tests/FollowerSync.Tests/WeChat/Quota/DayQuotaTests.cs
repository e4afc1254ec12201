using System.Text;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Tests.WeChat.Quota;

/// <summary>What an answer does not tell is not known, and is not nothing.</summary>
public sealed class DayQuotaTests
{
    [Theory]
    [InlineData("\"used\":200,\"remain\":800", 200, 700)]
    [InlineData("\"used\":200", 200, 700)]
    [InlineData("\"used\":200,\"remain\":null", 200, 700)]
    [InlineData("\"remain\":800", 200, 700)]
    [InlineData("\"used\":\"\",\"remain\":{}", 100, 700)]
    [InlineData("\"used\":1000,\"remain\":0", 1_000, 0)]
    public void Calls_are_left_as_far_as_the_answer_says_otherwise(string told, long used, long left)
    {
        byte[] body = Encoding.UTF8.GetBytes($$$"""{"errcode":0,"quota":{"daily_limit":1000,{{{told}}}}}""");

        DayQuota quota = DayQuota.Of(WeChatApi.BatchGet, AnswerReader.ReadQuota(WeChatApi.QuotaGet, body), own: 100, reservePercent: 20);

        (quota.Used, quota.Left).ShouldBe((used, left));
    }
}
