using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Errors;

public sealed class ErrorTextTests
{
    [Theory]
    [InlineData("invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken rid: 66aa0000-12345678-00000000")]
    [InlineData("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 61d30000-00000000-00000000")]
    [InlineData("api minute-quota reach limit, must slower, retry next minute")]
    [InlineData("could not use this cgi_path, no permission")]
    [InlineData("invalid appid wx0123456789abcdef")]
    [InlineData("require POST method")]
    [InlineData("forbid to clear quota because of reaching the limit")]
    public void What_WeChat_says_is_kept(string errmsg) => ErrorText.Of(errmsg).ShouldBe(errmsg);

    [Theory]
    [InlineData("invalid openid oABCDEFGHIJKLMNOPQRSTUVWXYZa hint: [Xy12] rid: 66aa0000-12345678-00000000", "invalid openid … hint: […] rid: 66aa0000-12345678-00000000")]
    [InlineData("user 小明 from 上海 not found", "user … from … not found")]
    [InlineData("bad request /cgi-bin/token?grant_type=client_credential&secret=0123 4567", "bad request …?… 4567")]
    [InlineData("system error\n2026-11-25 INF forged\u001b[2J line\u202e", "system error … […")]
    [InlineData("remark 13800138000", "remark …")]
    public void Whatever_may_be_a_name_or_a_secret_is_not(string errmsg, string kept) => ErrorText.Of(errmsg).ShouldBe(kept);

    [Fact]
    public void A_long_text_is_cut() => ErrorText.Of(string.Concat(Enumerable.Repeat("invalid openid ", 1_000))).Length.ShouldBeLessThan(320);
}
