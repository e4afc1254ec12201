using System.Text.Json;

namespace FollowerSync.IntegrationTests.Emulator;

public class FollowerListTests
{
    [Fact]
    public async Task Lists_every_follower_once_in_pages()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 2345, PageSize = 100 });
        List<string> listed = await client.ListAsync();
        listed.Count.ShouldBe(2345);
        listed.ShouldBeUnique();
        listed.ShouldBe(client.Account.Followers().Select(follower => follower.OpenId));
        client.Emulator.Requests.Count("/cgi-bin/user/get").ShouldBe(25);
    }

    [Fact]
    public async Task Gives_a_cursor_with_the_last_data_and_none_behind_it()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 3 });
        JsonElement page = await client.PageAsync();
        string last = page.GetProperty("data").GetProperty("openid")[2].GetString()!;
        page.Text("next_openid").ShouldBe(last);
        (await client.PageAsync(last)).GetRawText().ShouldBe("""{"total":3,"count":0,"next_openid":""}""");
    }

    [Fact]
    public async Task Answers_an_account_without_followers_without_data()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 0 });
        (await client.PageAsync()).GetRawText().ShouldBe("""{"total":0,"count":0,"next_openid":""}""");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("oAAAAAAAAAAAAAAAAAAAAAAAAAA1")]
    public async Task Refuses_a_foreign_cursor(string cursor)
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 3 });
        (await client.PageAsync(cursor)).ErrCode().ShouldBe(40003);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 40003)]
    public async Task Treats_the_cursor_of_a_person_who_left_as_told(bool refuse, int errCode)
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 9, PageSize = 3, RefuseCursorOfDeparted = refuse });
        string cursor = (await client.PageAsync()).Text("next_openid");
        client.Account.Unfollow(cursor);
        (await client.PageAsync(cursor)).ErrCode().ShouldBe(errCode);
    }

    [Fact]
    public async Task Puts_newcomers_into_the_middle_of_the_list()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 1000 });
        HashSet<string> added = [.. Enumerable.Range(0, 5).Select(_ => client.Account.AddFollower().OpenId)];
        List<string> listed = await client.ListAsync();
        listed.Count.ShouldBe(1005);
        listed.Count(added.Contains).ShouldBe(5);
        listed.TakeLast(5).ShouldNotBe(added);
    }

    [Fact]
    public async Task Lists_tags_and_blacklist_by_the_same_rules()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 5000 });
        JsonElement tags = await client.GetAsync("cgi-bin/tags/get");
        long vip = tags.GetProperty("tags").EnumerateArray().Single(tag => tag.GetProperty("id").GetInt32() == 100).GetProperty("count").GetInt64();
        JsonElement tagged = await client.PostAsync("cgi-bin/user/tag/get", """{"tagid":100,"next_openid":""}""");
        tagged.GetProperty("count").GetInt64().ShouldBe(vip);
        client.Account.Followers().Count(follower => follower.TagIdList.Contains(100)).ShouldBe((int)vip);
        JsonElement black = await client.PostAsync("cgi-bin/tags/members/getblacklist", """{"begin_openid":""}""");
        black.GetProperty("count").GetInt32().ShouldBe(black.GetProperty("total").GetInt32());
        black.GetProperty("total").GetInt32().ShouldBeInRange(1, 20);
    }
}
