using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Answers;

public sealed class OddAnswersTests
{
    [Fact]
    public void Raw_control_bytes_in_a_nickname_stay_what_they_are() =>
        NicknameOf([.. "a"u8, 0x14, 0x07, (byte)'\n', .. "b"u8]).ShouldBe("a\u0014\u0007\nb");

    [Fact]
    public void Invalid_utf8_becomes_the_replacement_character() =>
        NicknameOf([.. "a"u8, 0xE4, 0xB8, .. "b"u8, 0xFF]).ShouldBe("a\uFFFDb\uFFFD");

    [Theory]
    [InlineData(@"a\u0000b", "ab")]
    [InlineData(@"\u0000", null)]
    [InlineData(@"x\ud83dy", "x\uFFFDy")]
    [InlineData(@"x\ude00", "x\uFFFD")]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"\ud83d\ud83d\ude00", "\uFFFD😀")]
    [InlineData(@"\u4e2d\n\t\""\\\/", "中\n\t\"\\/")]
    public void Escapes_are_read_as_PostgreSQL_can_hold_them(string escaped, string? expected) =>
        NicknameOf(System.Text.Encoding.UTF8.GetBytes(escaped)).ShouldBe(expected);

    [Fact]
    public void Control_bytes_beside_escaped_quotes_do_not_confuse_the_reader() =>
        NicknameOf([.. """a\"b\\"""u8, 0x01, .. """\"c"""u8]).ShouldBe("a\"b\\\u0001\"c");

    [Fact]
    public void Numbers_may_come_as_text_and_flags_as_booleans()
    {
        FollowerProfile profile = Read("""{"openid":"o1","subscribe":true,"sex":"2","subscribe_time":"1700000000","groupid":"7","qr_scene":"4294967295","tagid_list":["2",3.0]}""");

        profile.Subscribe.ShouldBe(true);
        profile.Sex.ShouldBe((short)2);
        profile.SubscribeTime.ShouldBe(DateTime.UnixEpoch.AddSeconds(1_700_000_000));
        profile.GroupId.ShouldBe(7);
        profile.QrScene.ShouldBe(4_294_967_295);
        profile.TagIdList.ShouldBe([2, 3]);
    }

    [Fact]
    public void Missing_keys_are_told_from_empty_values()
    {
        FollowerProfile profile = Read("""{"openid":"o1","subscribe":1,"remark":"","city":"Paris"}""");

        profile.Missing.ShouldBe(ProfileFields.All & ~ProfileFields.Remark & ~ProfileFields.City);
    }

    [Fact]
    public void Unknown_keys_and_values_of_another_kind_are_passed_over()
    {
        FollowerProfile profile = Read("""{"new_key":{"a":[1,{"b":2}]},"openid":"o1","subscribe":1,"nickname":{"x":1},"sex":[1],"tagid_list":"none","groupid":99999999999,"city":"Rome"}""");

        profile.Nickname.ShouldBeNull();
        profile.Sex.ShouldBeNull();
        profile.TagIdList.ShouldBeNull();
        profile.GroupId.ShouldBeNull();
        profile.City.ShouldBe("Rome");
    }

    [Theory]
    [InlineData("subscribe_time", "0")]
    [InlineData("subscribe_time", "-1")]
    [InlineData("subscribe_time", "1700000000000")]
    [InlineData("subscribe_time", "1800172800")]
    [InlineData("subscribe_time", "4000000000")]
    [InlineData("subscribe_time", "\"2023-11-14\"")]
    [InlineData("subscribe_time", "true")]
    [InlineData("groupid", "null")]
    [InlineData("groupid", "-1")]
    [InlineData("groupid", "2147483648")]
    [InlineData("sex", "7")]
    [InlineData("sex", "\"true\"")]
    [InlineData("sex", "false")]
    [InlineData("sex", "1.5")]
    [InlineData("qr_scene", "4294967296")]
    [InlineData("qr_scene", "1e400")]
    [InlineData("qr_scene", "-5")]
    [InlineData("tagid_list", "[2,\"x\",3]")]
    [InlineData("tagid_list", "[2,-3]")]
    [InlineData("tagid_list", "[[2]]")]
    [InlineData("tagid_list", "[2,true]")]
    [InlineData("tagid_list", "\"2,3\"")]
    [InlineData("tagid_list", "{}")]
    [InlineData("nickname", "{}")]
    [InlineData("headimgurl", "[]")]
    [InlineData("city", "true")]
    [InlineData("remark", "null")]
    public void What_cannot_be_read_is_missing(string field, string value)
    {
        FollowerProfile profile = Read($$"""{"openid":"o1","subscribe":1,"{{field}}":{{value}}}""");

        profile.Missing.ShouldBe(ProfileFields.All);
        ProfileColumns.NamesOf(profile.Unreadable).ShouldBe(value == "null" ? [] : [field]);
    }

    [Fact]
    public void A_time_of_following_that_a_clock_of_ours_has_yet_to_reach_is_read() =>
        Read("""{"openid":"o1","subscribe":1,"subscribe_time":1800086400}""").SubscribeTime.ShouldBe(AnyProfile.Now.UtcDateTime.AddDays(1));

    [Theory]
    [InlineData("language", 10_000)]
    [InlineData("subscribe_scene", 5_000)]
    [InlineData("province", 4_097)]
    [InlineData("qr_scene_str", 5_000)]
    [InlineData("remark", 70_000)]
    public void A_text_longer_than_it_can_be_is_missing(string field, int letters) =>
        Read($$"""{"openid":"o1","subscribe":1,"{{field}}":"{{new string('x', letters)}}"}""").Missing.ShouldBe(ProfileFields.All);

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("\"1\"", true)]
    [InlineData("\"False\"", false)]
    [InlineData("true", true)]
    [InlineData("2", null)]
    [InlineData("-1", null)]
    [InlineData("\"yes\"", null)]
    [InlineData("null", null)]
    public void Whether_somebody_follows_is_yes_or_no_or_unknown(string value, bool? expected) =>
        Read($$"""{"openid":"o1","subscribe":{{value}}}""").Subscribe.ShouldBe(expected);

    [Theory]
    [InlineData(" o1", "o1")]
    [InlineData("o1\\t", "o1")]
    [InlineData("\\u0020o1\\u3000", "o1")]
    [InlineData("o 1", null)]
    [InlineData("o\\u00001", null)]
    [InlineData("o\\ud8001", null)]
    [InlineData("o\\u00071", null)]
    [InlineData("ö1", null)]
    public void Identifiers_are_trimmed_and_impossible_ones_are_none(string written, string? expected)
    {
        Read($$"""{"openid":"o9","subscribe":1,"unionid":"{{written}}"}""").UnionId.ShouldBe(expected);
        Read($$"""{"openid":"{{written}}","subscribe":1}""").OpenId.ShouldBe(expected ?? "");

        OpenIdPage page = AnswerReader.ReadOpenIdPage(WeChatApi.UserGet, System.Text.Encoding.UTF8.GetBytes(
            $$"""{"total":2,"count":2,"data":{"openid":["o0","{{written}}"]},"next_openid":"{{written}}"}"""));
        page.OpenIds.ShouldBe(expected is null ? ["o0"] : ["o0", expected]);
        page.Impossible.Count.ShouldBe(expected is null ? 1 : 0);
        page.NextOpenId.ShouldBe(expected ?? "o0", "a cursor that cannot be sent back is that of the last openid");
    }

    [Fact]
    public void What_is_listed_and_cannot_be_an_openid_is_kept_under_a_short_key()
    {
        string[] listed = [new('o', 5_000), new('o', 5_001), new('o', 65), "o b"];

        OpenIdPage page = AnswerReader.ReadOpenIdPage(WeChatApi.UserGet, System.Text.Encoding.UTF8.GetBytes(
            $$"""{"total":9,"data":{"openid":["", "  ", null, "{{string.Join("\",\"", listed)}}", {"a":1}, "oA", "oa"]},"next_openid":"{{listed[0]}}"}"""));

        page.OpenIds.ShouldBe(["oA", "oa"]);
        page.Impossible.Select(i => i.Key).Distinct().Count().ShouldBe(5);
        page.Impossible.ShouldAllBe(i => i.Key.Length < 64);
        page.Impossible[0].Why.ShouldContain("5,000 letters");
        page.NextOpenId.ShouldBe("oa");
    }

    [Fact]
    public void Names_of_keys_with_halves_of_surrogate_pairs_are_passed_over()
    {
        FollowerProfile profile = Read("""{"\ud800":1,"openi\ud800":2,"\u006fpenid":"o1","subscribe":1}""");

        profile.OpenId.ShouldBe("o1");
    }

    [Fact]
    public void Entries_that_name_no_openid_are_counted()
    {
        BatchAnswer answer = AnswerReader.ReadBatch(WeChatApi.BatchGet, """{"user_info_list":[{"subscribe":1},null,7,[1],{"openid":"o1","subscribe":0}]}"""u8, AnyProfile.Now);

        answer.Unreadable.ShouldBe(4);
        answer.Profiles.Single().OpenId.ShouldBe("o1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>502 Bad Gateway</body></html>")]
    [InlineData("FastReject")]
    [InlineData("""{"user_info_list":[{"subscribe":1,"openid":"o1"}""")]
    [InlineData("""{"user_info_list":[]} trailing""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_answer_is_to_be_retried_and_never_taken_for_an_empty_one(string body) =>
        Should.Throw<WeChatApiException>(() => AnswerReader.ReadBatch(WeChatApi.BatchGet, System.Text.Encoding.UTF8.GetBytes(body), AnyProfile.Now))
            .ShouldSatisfyAllConditions(e => e.Reaction.ShouldBe(Reaction.Retry), e => e.ErrorCode.ShouldBeNull());

    [Fact]
    public void A_broken_token_answer_does_not_put_the_token_into_the_error()
    {
        WeChatApiException error = Should.Throw<WeChatApiException>(() => AnswerReader.ReadToken(
            WeChatApi.StableToken, """{"access_token":"91_secretsecret","expires_in":7200"""u8));

        error.ToString().ShouldNotContain("secretsecret");
    }

    [Theory]
    [InlineData("""{"accessToken":"91_live","expiresIn":7200}""", "got the keys accessToken, expiresIn")]
    [InlineData("""{"code":0,"data":{"access_token":"91_live"}}""", "got the keys code, data")]
    [InlineData("""{"91_live":1,"access_token":""}""", "got the keys access_token and 1 of other names")]
    [InlineData("91_live", "got 7 bytes that are no JSON object")]
    [InlineData("<html>91_live</html>", "got 20 bytes of HTML")]
    public void A_token_service_of_another_shape_is_told_what_was_expected(string body, string told)
    {
        WeChatApiException error = Should.Throw<WeChatApiException>(() => AnswerReader.ReadToken("https://tokens.example", System.Text.Encoding.UTF8.GetBytes(body)));

        error.Message.ShouldContain("expected access_token and expires_in, " + told);
        error.Message.ShouldContain("WeChat:Accounts:TokenAddress");
        error.ToString().ShouldNotContain("91_live");
    }

    [Theory]
    [InlineData(2_049, "7200", "access_token must be 1 to 2,048 visible ASCII characters")]
    [InlineData(70_000, "7200", "access_token must be 1 to 2,048 visible ASCII characters")]
    [InlineData(512, "0", "expires_in must be 1 to 86,400 seconds")]
    [InlineData(512, "-7200", "expires_in must be 1 to 86,400 seconds")]
    [InlineData(512, "1794000000", "expires_in must be 1 to 86,400 seconds")]
    [InlineData(512, "9000000000000000000", "expires_in must be 1 to 86,400 seconds")]
    public void What_a_token_service_calls_a_token_is_refused_by_a_rule_that_is_named(int length, string seconds, string rule)
    {
        string token = string.Concat(Enumerable.Repeat("91_live_", length / 8 + 1))[..length];
        WeChatApiException error = Should.Throw<WeChatApiException>(() => AnswerReader.ReadToken(
            "https://tokens.example", System.Text.Encoding.UTF8.GetBytes($$"""{"access_token":"{{token}}","expires_in":{{seconds}}}""")));

        error.Message.ShouldContain(rule);
        error.Message.ShouldContain("WeChat:Accounts:TokenAddress");
        error.ToString().ShouldNotContain("91_live");
    }

    [Theory]
    [InlineData("91_li ve")]
    [InlineData("91_li\\tve")]
    [InlineData("91_li\\r\\nX-Header: 1")]
    [InlineData("91_líve")]
    [InlineData("令牌")]
    public void A_token_holds_visible_ascii_alone(string token) =>
        Should.Throw<WeChatApiException>(() => AnswerReader.ReadToken(
            "https://tokens.example", System.Text.Encoding.UTF8.GetBytes($$"""{"access_token":"{{token}}","expires_in":7200}"""))).Message.ShouldContain("visible ASCII");

    [Fact]
    public void The_longest_token_and_life_there_may_be_are_taken()
    {
        string token = new('t', 2_048);

        AccessToken read = AnswerReader.ReadToken("https://tokens.example", System.Text.Encoding.UTF8.GetBytes($$"""{"access_token":"{{token}}","expires_in":86400}"""));

        (read.Value, read.Lifetime).ShouldBe((token, TimeSpan.FromDays(1)));
    }

    [Fact]
    public void A_token_that_wechat_lets_live_longer_is_asked_for_again_after_a_day() =>
        AnswerReader.ReadToken(WeChatApi.StableToken, """{"access_token":"91_abc","expires_in":9999999999}"""u8).Left.ShouldBe(TimeSpan.FromDays(1));

    [Fact]
    public void A_body_cut_anywhere_is_described_and_not_quoted()
    {
        byte[] body = System.Text.Encoding.UTF8.GetBytes("""{"user_info_list":[{"subscribe":1,"openid":"oSomebody","nickname":"小明的名字","city":"Shanghai","remark":"tab\there"}],"小明的名字":tru""");
        for (int length = 0; length <= body.Length; length++)
        {
            string error = Should.Throw<WeChatApiException>(() => AnswerReader.ReadBatch(WeChatApi.BatchGet, body.AsSpan(0, length), AnyProfile.Now)).ToString();
            foreach (string value in new[] { "oSome", "小", "Shang", "there", "tru'" })
                error.ShouldNotContain(value);
        }

        Should.Throw<WeChatApiException>(() => AnswerReader.ReadBatch(WeChatApi.BatchGet, body, AnyProfile.Now)).Message.ShouldContain("broken in line 1 at byte");
    }

    [Theory]
    [InlineData("-1", nameof(Reaction.Retry))]
    [InlineData("\"-1\"", nameof(Reaction.Retry))]
    [InlineData("42001", nameof(Reaction.RefreshToken))]
    [InlineData("45009", nameof(Reaction.QuotaSpent))]
    [InlineData("45011", nameof(Reaction.SlowDown))]
    [InlineData("40164", nameof(Reaction.StopAccount))]
    [InlineData("123456", nameof(Reaction.Bug))]
    [InlineData("99999999999", nameof(Reaction.Bug))]
    public void Every_code_has_a_reaction_and_an_unknown_one_is_not_retried(string code, string expected) =>
        Should.Throw<WeChatApiException>(() => AnswerReader.ReadBatch(WeChatApi.BatchGet, System.Text.Encoding.UTF8.GetBytes($$"""{"errcode":{{code}},"errmsg":"x"}"""), AnyProfile.Now))
            .Reaction.ToString().ShouldBe(expected);

    [Fact]
    public void A_code_of_zero_is_no_error()
    {
        BatchAnswer answer = AnswerReader.ReadBatch(WeChatApi.BatchGet, """{"errcode":0,"errmsg":"ok","user_info_list":[{"openid":"o1","subscribe":0}]}"""u8, AnyProfile.Now);

        answer.Profiles.Count.ShouldBe(1);
    }

    private static FollowerProfile Read(string json) => AnswerReader.ReadProfile(WeChatApi.UserInfo, System.Text.Encoding.UTF8.GetBytes(json), AnyProfile.Now);

    private static string? NicknameOf(byte[] raw)
    {
        byte[] body = [.. """{"user_info_list":[{"subscribe":1,"nickname":" """u8[..^1], .. raw, .. """ ","openid":"o1"},{"subscribe":0,"openid":"o2"}]}"""u8[1..]];
        BatchAnswer answer = AnswerReader.ReadBatch(WeChatApi.BatchGet, body, AnyProfile.Now);
        answer.Profiles.Select(p => p.OpenId).ShouldBe(["o1", "o2"]);
        return answer.Profiles[0].Nickname;
    }
}
