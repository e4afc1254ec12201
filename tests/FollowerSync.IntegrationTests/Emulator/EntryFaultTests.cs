using System.Text;
using System.Text.Json;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.Emulator;

public class EntryFaultTests
{
    [Fact]
    public async Task Shifts_unionids_by_one_entry()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.ShiftUnionIds });
        List<JsonElement> people = await PeopleAsync(client);
        people.ShouldAllBe(person => person.Text("unionid") != client.Account.Find(person.Text("openid"))!.UnionId);
        people[0].Text("unionid").ShouldBe(client.Account.Find(people[1].Text("openid"))!.UnionId);
    }

    [Fact]
    public async Task Tells_the_same_lie_in_a_batch_and_alone()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.FalseUnsubscribe, Percent = 40 });
        List<JsonElement> people = await PeopleAsync(client);
        people.Count(person => person.GetProperty("subscribe").GetInt32() == 0).ShouldBeInRange(8, 32);
        foreach (JsonElement person in people)
            (await client.GetAsync($"cgi-bin/user/info?openid={person.Text("openid")}")).GetRawText().ShouldBe(person.GetRawText());
        client.Account.Total.ShouldBe(50);
    }

    [Fact]
    public async Task Lies_about_one_person_in_batches_only()
    {
        await using EmulatorClient client = await StartAsync();
        List<string> openIds = await client.ListAsync();
        client.Emulator.Faults.Add(new() { Fault = FaultKind.FalseUnsubscribe, OpenId = openIds[3], Path = "/cgi-bin/user/info/batchget" });
        List<JsonElement> people = await PeopleAsync(client);
        people.Where(person => person.GetProperty("subscribe").GetInt32() == 0).Select(person => person.Text("openid")).ShouldBe([openIds[3]]);
        (await client.GetAsync($"cgi-bin/user/info?openid={openIds[3]}")).GetProperty("subscribe").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData(FaultKind.MissingEntries, 0)]
    [InlineData(FaultKind.DuplicateEntries, 100)]
    [InlineData(FaultKind.ExtraEntries, 51)]
    public async Task Changes_the_number_of_entries(FaultKind fault, int expected)
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = fault });
        (await PeopleAsync(client)).Count.ShouldBe(expected);
    }

    [Fact]
    public async Task Empties_profiles_of_people_who_follow()
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.EmptyEntries });
        JsonElement person = (await PeopleAsync(client))[0];
        person.GetProperty("subscribe").GetInt32().ShouldBe(1);
        person.Text("subscribe_scene").ShouldBe("");
        person.GetProperty("subscribe_time").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Bends_keys_and_types()
    {
        await using EmulatorClient client = await StartAsync(
            new() { Fault = FaultKind.NumbersAsStrings }, new() { Fault = FaultKind.MissingKeys, Keys = ["city"] }, new() { Fault = FaultKind.UnknownFields });
        JsonElement person = (await PeopleAsync(client))[0];
        person.Text("subscribe").ShouldBe("1");
        person.TryGetProperty("city", out _).ShouldBeFalse();
        person.TryGetProperty("province", out _).ShouldBeTrue();
        person.GetProperty("extra").ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Theory]
    [InlineData(HostileText.Control)]
    [InlineData(HostileText.InvalidUtf8)]
    [InlineData(HostileText.LoneSurrogate)]
    [InlineData(HostileText.Nul)]
    [InlineData(HostileText.Quotes)]
    [InlineData(HostileText.VeryLong)]
    public async Task Writes_hostile_text_byte_for_byte(HostileText text)
    {
        await using EmulatorClient client = await StartAsync(new FaultRule { Fault = FaultKind.HostileText, Text = text });
        string openId = (await client.ListAsync())[0];
        byte[] answer = await client.Http.GetByteArrayAsync($"cgi-bin/user/info?access_token={client.Token}&openid={openId}");
        byte[] expected = [.. "\"nickname\":\""u8, .. HostileTexts.Of(text), .. "\",\"sex\""u8];
        answer.AsSpan().IndexOf(expected).ShouldBeGreaterThan(0, Encoding.Latin1.GetString(answer));
    }

    private static Task<EmulatorClient> StartAsync(params FaultRule[] rules) =>
        EmulatorClient.StartAsync(new() { Followers = 50, Faults = new FaultPlan(rules) });

    private static async Task<List<JsonElement>> PeopleAsync(EmulatorClient client) => (await client.BatchAsync(await client.ListAsync())).People();
}
