using System.Text.Json;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Emulator;

public class ListFaultTests
{
    [Fact]
    public async Task Repeats_a_cursor()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.RepeatCursor });
        string cursor = (await client.PageAsync()).Text("next_openid");
        (await client.PageAsync(cursor)).Text("next_openid").ShouldBe(cursor);
    }

    [Fact]
    public async Task Loses_a_cursor()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.LostCursor });
        (await client.PageAsync((await client.PageAsync()).Text("next_openid"))).ErrCode().ShouldBe(40003);
    }

    [Fact]
    public async Task Refuses_a_cursor_as_dead()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.DeadCursor, Times = 2 });
        string cursor = (await client.PageAsync()).Text("next_openid");
        (await client.PageAsync(cursor)).ErrCode().ShouldBe(40003);
        (await client.PageAsync(cursor)).ErrCode().ShouldBe(0);
    }

    [Fact]
    public async Task Ends_too_early()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.EndEarly });
        JsonElement page = await client.PageAsync();
        page.GetProperty("total").GetInt32().ShouldBe(30);
        page.GetProperty("count").GetInt32().ShouldBe(5);
        page.Text("next_openid").ShouldBe("");
    }

    [Fact]
    public async Task Answers_an_empty_page_in_the_middle()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.EmptyPage, Page = 2 });
        (await client.ListAsync()).Count.ShouldBe(10);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(-7)]
    public async Task Tells_a_wrong_total(int error)
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.WrongTotal, Count = error });
        (await client.PageAsync()).GetProperty("total").GetInt32().ShouldBe(30 + error);
    }

    [Fact]
    public async Task Repeats_openids_of_the_page_before_and_loses_nobody()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.DuplicateOpenIds, Count = 4 });
        List<string> listed = await client.ListAsync();
        listed.Distinct().Count().ShouldBe(30);
        listed[10..14].ShouldBe(listed[6..10]);
    }

    [Fact]
    public async Task Begins_with_an_empty_openid()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.EmptyFirstOpenId });
        JsonElement page = await client.PageAsync();
        page.GetProperty("count").GetInt32().ShouldBe(11);
        page.GetProperty("data").GetProperty("openid")[0].GetString().ShouldBe("");
    }

    [Fact]
    public async Task Lets_people_come_and_leave_while_it_is_read()
    {
        await using EmulatorClient client = await StartAsync(
            new() { Fault = FaultKind.PeopleLeave, Page = 2, Count = 5 }, new() { Fault = FaultKind.PeopleCome, Page = 3, Count = 2 });
        await client.ListAsync();
        client.Account.Total.ShouldBe(27);
        client.Account.Followers().Count().ShouldBe(27);
    }

    private static async Task<EmulatorClient> StartAsync(params FaultRule[] rules) => await EmulatorClient.StartAsync(
        new() { Followers = 30, PageSize = 10, Faults = new FaultPlan([.. rules.Select(rule => rule with { Path = "/cgi-bin/user/get" })]) });
}
