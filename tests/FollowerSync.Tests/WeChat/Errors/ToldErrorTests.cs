using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Errors;

public sealed class ToldErrorTests
{
    [Theory]
    [InlineData(WeChatApi.UserGet, 48001, "api unauthorized, rid: 6a1b2c3d-11111111-22222222", "6a1b2c3d-11111111-22222222")]
    [InlineData(WeChatApi.BatchGet, -1, "system error", null)]
    [InlineData(WeChatApi.StableToken, 40164, "invalid ip 203.0.113.7, not in whitelist rid: 6a1b2c3d-11111111-22222222", "6a1b2c3d-11111111-22222222")]
    [InlineData("https://token.example.com/token", 41002, "appid missing", null)]
    public void Reads_out_of_a_text_what_WeChat_answered(string api, int code, string errmsg, string? rid)
    {
        ErrorReaction due = api.EndsWith("token", StringComparison.Ordinal) ? ErrorReactions.OfTokenCall(code) : ErrorReactions.Of(code);
        string text = WeChatApiException.FromCode(api, code, errmsg, due).Message;

        ToldError.Of($"Everything is stored. {text}").ShouldBe(new ToldError(api, code, rid, due.Meaning, due.Remedy));
    }

    [Fact]
    public void Keeps_the_request_id_of_another_answer_out()
    {
        string first = WeChatApiException.FromCode(WeChatApi.UserGet, -1, "system error", ErrorReactions.Of(-1)).Message;
        string second = WeChatApiException.FromCode(WeChatApi.BatchGet, 45009, "reach max api daily quota limit rid: 6a1b2c3d-11111111-22222222", ErrorReactions.Of(45009)).Message;

        (ToldError.Of($"{first} {second}")!.Rid, ToldError.Of(second)!.Rid).ShouldBe((null, "6a1b2c3d-11111111-22222222"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Stopped before the end.")]
    [InlineData("No usable answer from WeChat to /cgi-bin/user/get: HTTP 502.")]
    [InlineData("WeChat answered 99999999999999999999 to /cgi-bin/user/get: what")]
    public void Tells_nothing_where_no_answer_is_told_of(string? text) => ToldError.Of(text).ShouldBeNull();
}
