using System.Text.Json;
using FollowerSync.Emulator.Accounts;

namespace FollowerSync.IntegrationTests.Emulator;

public class ProfileTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_tells_the_truth_about_everybody(bool full)
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 500, FullProfiles = full });
        foreach (string[] openIds in (await client.ListAsync()).Chunk(100))
        {
            List<JsonElement> people = (await client.BatchAsync(openIds)).People();
            people.Select(person => person.Text("openid")).ShouldBe(openIds, ignoreOrder: true);
            people.Select(person => person.Text("openid")).ShouldNotBe(openIds);
            foreach (JsonElement person in people)
                ShouldTell(person, client.Account.Find(person.Text("openid"))!);
        }
    }

    [Fact]
    public async Task Empty_profiles_keep_their_keys()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 5, FullProfiles = false });
        JsonElement person = (await client.BatchAsync(await client.ListAsync())).People()[0];
        foreach (string key in (string[])["nickname", "city", "province", "country", "headimgurl"])
            person.Text(key).ShouldBe("");
        person.GetProperty("sex").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task One_bad_openid_fails_the_whole_batch()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 50 });
        string refused = client.Account.AddRefusedOpenId();
        List<string> listed = await client.ListAsync();
        listed.ShouldContain(refused);
        (await client.BatchAsync(listed)).ErrCode().ShouldBe(40003);
        (await client.BatchAsync([listed[0], client.Account.ForeignOpenId()])).ErrCode().ShouldBe(40003);
        (await client.BatchAsync([listed[0].ToUpperInvariant()])).ErrCode().ShouldBe(40003);
        (await client.GetAsync($"cgi-bin/user/info?openid={refused}")).ErrCode().ShouldBe(40003);
        (await client.BatchAsync(listed.Where(openId => openId != refused))).People().Count.ShouldBe(50);
    }

    [Theory]
    [InlineData(0, 40032)]
    [InlineData(1, 0)]
    [InlineData(100, 0)]
    [InlineData(101, 40032)]
    public async Task A_batch_has_one_to_a_hundred_people(int size, int errCode)
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 200 });
        (await client.BatchAsync((await client.ListAsync()).Take(size))).ErrCode().ShouldBe(errCode);
    }

    [Fact]
    public async Task Of_a_person_who_left_only_the_openid_is_told()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 5 });
        string openId = (await client.ListAsync())[0];
        client.Account.Unfollow(openId);
        string expected = $$"""{"subscribe":0,"openid":"{{openId}}"}""";
        (await client.BatchAsync([openId])).People()[0].GetRawText().ShouldBe(expected);
        (await client.GetAsync($"cgi-bin/user/info?openid={openId}")).GetRawText().ShouldBe(expected);
        client.Account.Total.ShouldBe(4);
        client.Account.Follow(openId);
        (await client.BatchAsync([openId])).People()[0].GetProperty("subscribe").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Names_places_in_the_language_asked_for()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 100 });
        List<string> openIds = await client.ListAsync();
        foreach ((string lang, string country) in ((string, string)[])[("zh_CN", "美国"), ("zh_TW", "美國"), ("en", "United States")])
            (await client.BatchAsync(openIds, lang)).People().ShouldContain(person => person.Text("country") == country);
    }

    [Fact]
    public async Task An_edited_profile_is_told_as_edited()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 5 });
        string openId = (await client.ListAsync())[0];
        client.Account.SetProfile(openId, person => person with { Nickname = "新\"名\\\u0007😀", QrScene = uint.MaxValue, TagIdList = [2, 100] });
        ShouldTell((await client.BatchAsync([openId])).People()[0], client.Account.Find(openId)!);
        client.Account.Find(openId)!.Nickname.ShouldBe("新\"名\\\u0007😀");
    }

    [Fact]
    public async Task Accounts_share_people_by_unionid()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new()
        {
            Followers = 1000,
            SharedPeoplePercent = 30,
            Accounts = [new() { AppId = "wx00000000000000a1", AppSecret = "s" }, new() { AppId = "wx00000000000000a2", AppSecret = "s" }],
        });
        string[] first = [.. client.Emulator.Accounts[0].Followers().Select(person => person.UnionId!)];
        string[] second = [.. client.Emulator.Accounts[1].Followers().Select(person => person.UnionId!)];
        first.Intersect(second).Count().ShouldBeInRange(200, 400);
        client.Emulator.Accounts[0].Followers().Select(person => person.OpenId)
            .Intersect(client.Emulator.Accounts[1].Followers().Select(person => person.OpenId)).ShouldBeEmpty();
    }

    private static void ShouldTell(JsonElement told, EmulatedFollower truth)
    {
        told.GetProperty("subscribe").GetInt32().ShouldBe(1);
        told.Text("nickname").ShouldBe(truth.Nickname);
        told.GetProperty("sex").GetInt32().ShouldBe(truth.Sex);
        told.Text("city").ShouldBe(truth.City);
        told.Text("headimgurl").ShouldBe(truth.HeadImgUrl);
        told.GetProperty("subscribe_time").GetInt64().ShouldBe(truth.SubscribeTime);
        told.Text("unionid").ShouldBe(truth.UnionId);
        told.Text("remark").ShouldBe(truth.Remark);
        told.GetProperty("groupid").GetInt32().ShouldBe(truth.GroupId);
        told.GetProperty("tagid_list").EnumerateArray().Select(tag => tag.GetInt32()).ShouldBe(truth.TagIdList);
        told.Text("subscribe_scene").ShouldBe(truth.SubscribeScene);
        told.GetProperty("qr_scene").GetUInt32().ShouldBe(truth.QrScene);
        told.Text("qr_scene_str").ShouldBe(truth.QrSceneStr);
    }
}
