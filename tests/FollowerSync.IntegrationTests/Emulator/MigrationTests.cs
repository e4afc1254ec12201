using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Emulator;

public class MigrationTests
{
    private const string Old = "wx00000000000000b1";
    private const string New = "wx00000000000000b2";

    [Fact]
    public async Task Who_follows_the_old_account_has_one_openid_at_the_new_one_always_the_same()
    {
        await using EmulatorClient client = await StartAsync();
        EmulatedAccount old = client.Emulator.Accounts[1];
        string[] people = [.. old.Followers().Take(100).Select(f => f.OpenId)];

        JsonElement[] first = Results(await ChangeAsync(client, people));

        first.Select(row => row.Text("ori_openid")).ShouldBe(people);
        first.Select(row => row.Text("new_openid")).Distinct().Count().ShouldBe(100);
        first.ShouldAllBe(row => client.Account.Find(row.Text("new_openid")) != null && row.Text("err_msg") == "ok");
        Results(await ChangeAsync(client, people[..3])).Select(row => row.Text("new_openid")).ShouldBe(first[..3].Select(row => row.Text("new_openid")));
    }

    [Fact]
    public async Task Who_does_not_follow_it_has_none()
    {
        await using EmulatorClient client = await StartAsync();
        EmulatedAccount old = client.Emulator.Accounts[1];
        string gone = old.Followers().First().OpenId;
        old.Unfollow(gone);

        JsonElement[] rows = Results(await ChangeAsync(client, [gone, "oNobody", client.Account.Followers().First().OpenId]));

        rows.ShouldAllBe(row => row.Text("err_msg") == "ori_openid error");
        rows.SelectMany(row => row.EnumerateObject()).Select(field => field.Name).ShouldNotContain("new_openid");
    }

    [Fact]
    public async Task Lists_and_accounts_are_refused_as_WeChat_refuses_them()
    {
        await using EmulatorClient client = await StartAsync();
        EmulatedAccount old = client.Emulator.Accounts[1];
        string refused = old.AddRefusedOpenId();
        string[] people = [.. old.Followers().Take(101).Select(f => f.OpenId)];

        (await ChangeAsync(client, people)).ErrCode().ShouldBe(40032);
        (await ChangeAsync(client, [])).ErrCode().ShouldBe(63182);
        (await ChangeAsync(client, [people[0], refused])).ErrCode().ShouldBe(40003);
        (await ChangeAsync(client, [people[0]], from: "wx00000000000000ff")).ErrCode().ShouldBe(63178);
        (await ChangeAsync(client, [people[0]], from: New)).ErrCode().ShouldBe(63178);
        client.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.MissingEntries, OpenId = people[1] });
        Results(await ChangeAsync(client, people[..2])).Length.ShouldBe(1);
    }

    private static Task<EmulatorClient> StartAsync() => EmulatorClient.StartAsync(new()
    {
        Followers = 300,
        Accounts = [new() { AppId = New, AppSecret = EmulatorOptions.DefaultAppSecret }, new() { AppId = Old, AppSecret = EmulatorOptions.DefaultAppSecret }],
    });

    private static Task<JsonElement> ChangeAsync(EmulatorClient client, string[] openIds, string from = Old) =>
        client.PostAsync("cgi-bin/changeopenid", JsonSerializer.Serialize(new { from_appid = from, openid_list = openIds }));

    private static JsonElement[] Results(JsonElement answer) => [.. answer.GetProperty("result_list").EnumerateArray()];
}
