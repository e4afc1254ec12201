using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Emulator;

public class FaultPlanTests
{
    [Fact]
    public void Reads_every_part_of_a_rule()
    {
        FaultRule rule = FaultPlan.Parse("""
            { "rules": [
                // comments and trailing commas are fine
                { "comment": "why", "fault": "errcode", "path": "/cgi-bin/user/get", "appId": "wx1", "page": 2, "openId": "o", "call": 3, "every": 1,
                  "from": 1, "to": 9, "probability": 0.5, "times": 1, "errCode": -1, "errMsg": "busy", "delay": "00:00:01.5", "status": 502,
                  "fullLength": true, "contentType": "x/y", "encoding": "br", "count": 4, "percent": 12.5, "text": "nul", "keys": ["city"], },
            ] }
            """).Rules.Single();
        rule.ShouldBe(new FaultRule
        {
            Fault = FaultKind.ErrCode,
            Path = "/cgi-bin/user/get",
            AppId = "wx1",
            Page = 2,
            OpenId = "o",
            Call = 3,
            Every = 1,
            From = 1,
            To = 9,
            Probability = 0.5,
            Times = 1,
            ErrCode = -1,
            ErrMsg = "busy",
            Delay = TimeSpan.FromSeconds(1.5),
            Status = 502,
            FullLength = true,
            Encoding = "br",
            ContentType = "x/y",
            Count = 4,
            Percent = 12.5,
            Text = HostileText.Nul,
            Keys = rule.Keys,
        });
        rule.Keys.ShouldBe(["city"]);
    }

    [Theory]
    [InlineData("[]", "a plan is an object with an array 'rules'")]
    [InlineData("""{"rules":[],"more":1}""", "'more' is not known here; a plan has only 'rules'")]
    [InlineData("""{"rules":[1]}""", "rules[0]: a rule is an object, but this is 1")]
    [InlineData("""{"rules":[{"fault":"reset"},{"path":"/x"}]}""", "rules[1].fault: is missing; one of ErrCode, ")]
    [InlineData("""{"rules":[{"fault":"rest"}]}""", "rules[0].fault: must be one of ErrCode, ")]
    [InlineData("""{"rules":[{"fault":"3"}]}""", "rules[0].fault: must be one of ErrCode, ")]
    [InlineData("""{"rules":[{"fault":"reset","evry":2}]}""", "rules[0].evry: is not known; known are fault, path")]
    [InlineData("""{"rules":[{"fault":"reset","every":0}]}""", "rules[0].every: must be at least 1, but is 0")]
    [InlineData("""{"rules":[{"fault":"reset","call":"2"}]}""", "rules[0].call: must be a whole number, but is \"2\"")]
    [InlineData("""{"rules":[{"fault":"reset","from":5,"to":4}]}""", "rules[0].to: must not be less than from (5), but is 4")]
    [InlineData("""{"rules":[{"fault":"reset","path":"user/get"}]}""", "rules[0].path: must begin with /, but is user/get")]
    [InlineData("""{"rules":[{"fault":"delay","delay":5}]}""", "rules[0].delay: must be a duration hh:mm:ss, but is 5")]
    [InlineData("""{"rules":[{"fault":"errCode"}]}""", "rules[0].errCode: is missing; the fault ErrCode needs it")]
    [InlineData("""{"rules":[{"fault":"reset","probability":2}]}""", "rules[0].probability: must be 0 to 1, but is 2")]
    [InlineData("{\n{", "line 2: not JSON: ")]
    public void Says_what_is_wrong_and_where(string json, string message) =>
        Should.Throw<FaultPlanException>(() => FaultPlan.Parse(json)).Message.ShouldStartWith(message);

    [Fact]
    public void Names_the_file_that_is_missing() =>
        Should.Throw<FaultPlanException>(() => FaultPlan.Load("/none/plan.json")).Message.ShouldStartWith("The fault plan '/none/plan.json' cannot be read: ");

    [Fact]
    public async Task Strikes_the_calls_that_all_conditions_let_through()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new()
        {
            Followers = 10,
            Faults = FaultPlan.Parse("""
                { "rules": [
                    { "fault": "errCode", "errCode": -1, "path": "/cgi-bin/user/get", "every": 3, "times": 2 },
                    { "fault": "errCode", "errCode": 45011, "path": "/cgi-bin/user/get", "from": 7, "to": 8 } ] }
                """),
        });
        List<int> codes = [];
        for (int i = 0; i < 10; i++)
            codes.Add((await client.PageAsync()).ErrCode());
        codes.ShouldBe([0, 0, -1, 0, 0, -1, 45011, 45011, 0, 0]);
        client.Emulator.Faults.Struck(FaultKind.ErrCode).ShouldBe(4);
        client.Emulator.Requests.Recent[^8].Fault.ShouldBe("ErrCode");
    }

    [Fact]
    public async Task Strikes_a_page_and_an_openid()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 30, PageSize = 10 });
        List<string> openIds = await client.ListAsync();
        client.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Page = 2 });
        client.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 50005, OpenId = openIds[5], Path = "/cgi-bin/user/info/batchget" });
        (await client.PageAsync()).ErrCode().ShouldBe(0);
        (await client.PageAsync(openIds[9])).ErrCode().ShouldBe(40003);
        (await client.PageAsync(openIds[19])).ErrCode().ShouldBe(0);
        (await client.BatchAsync(openIds[..5])).ErrCode().ShouldBe(0);
        (await client.BatchAsync(openIds[..6])).ErrCode().ShouldBe(50005);
    }

    [Fact]
    public async Task Chaos_strikes_the_same_calls_with_the_same_seed()
    {
        string[] first = await ChaosAsync(7);
        first.ShouldBe(await ChaosAsync(7));
        first.ShouldNotBe(await ChaosAsync(8));
        first.Count(fault => fault.Length > 0).ShouldBeInRange(5, 20);
    }

    private static async Task<string[]> ChaosAsync(int seed)
    {
        await using WeChatEmulator emulator = await WeChatEmulator.StartAsync(
            new EmulatorOptions { Followers = 10, ChaosSeed = seed, ChaosPercent = 30 }, CancellationToken.None);
        using HttpClient http = new() { BaseAddress = emulator.BaseAddress };
        for (int i = 0; i < 40; i++)
        {
            // Some answers are cut or reset; what counts here is which.
            Task call = http.GetStringAsync("cgi-bin/user/get");
            await Task.WhenAny(call);
            _ = call.Exception;
            while (emulator.Requests.Total <= i)
                await Task.Yield();
        }
        return [.. emulator.Requests.Recent.Select(request => request.Fault)];
    }
}
