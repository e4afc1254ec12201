using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Emulator;

public class ChurnTests
{
    [Fact]
    public async Task Changes_about_as_many_people_as_asked_and_the_total_agrees()
    {
        await using WeChatEmulator emulator = await StartAsync(new() { Followers = 8000 });
        Dictionary<string, EmulatedFollower> before = emulator.Account.Followers().ToDictionary(person => person.OpenId);
        ChurnCounts counts = emulator.Account.Churn(5);
        Dictionary<string, EmulatedFollower> after = emulator.Account.Followers().ToDictionary(person => person.OpenId);
        after.Count.ShouldBe((int)emulator.Account.Total);
        before.Keys.Except(after.Keys).Count().ShouldBe((int)counts.Left);
        after.Keys.Except(before.Keys).Count().ShouldBe((int)counts.Followed);
        before.Keys.Intersect(after.Keys).Count(openId => before[openId].Nickname != after[openId].Nickname).ShouldBeInRange((int)counts.Renamed * 9 / 10, (int)counts.Renamed);
        (counts.Left + counts.Renamed + counts.Remarked + counts.Regrouped + counts.Retagged).ShouldBeInRange(300, 500);
    }

    [Fact]
    public async Task People_leave_and_return_and_nobody_is_forgotten()
    {
        await using WeChatEmulator emulator = await StartAsync(new() { Followers = 2000 });
        long returned = 0;
        for (int i = 0; i < 12; i++)
            returned += emulator.Account.Churn(10).Returned;
        returned.ShouldBeGreaterThan(0);
        emulator.Account.Followers().Count().ShouldBe((int)emulator.Account.Total);
        emulator.Account.Total.ShouldBeInRange(1000, 3000);
        emulator.Account.Everyone().Count(person => !person.Subscribe).ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task The_same_seed_and_steps_give_the_same_people()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using WeChatEmulator one = await StartAsync(new() { Followers = 300, TimeProvider = time });
        await using WeChatEmulator other = await StartAsync(new() { Followers = 300, TimeProvider = time });
        one.Account.Churn(20).ShouldBe(other.Account.Churn(20));
        one.Account.Followers().Select(person => person.OpenId + person.Nickname + person.SubscribeTime)
            .ShouldBe(other.Account.Followers().Select(person => person.OpenId + person.Nickname + person.SubscribeTime));
    }

    [Fact]
    public async Task Churn_passes_by_whoever_was_edited()
    {
        await using WeChatEmulator emulator = await StartAsync(new() { Followers = 100 });
        foreach (EmulatedFollower person in emulator.Account.Followers().ToList())
            emulator.Account.SetProfile(person.OpenId, known => known with { Remark = "kept" });
        emulator.Account.Churn(90);
        emulator.Account.Followers().Count(person => person.Remark == "kept").ShouldBe(100);
        emulator.Account.Total.ShouldBe(emulator.Account.Followers().Count());
    }

    [Fact]
    public async Task Happens_by_itself_in_the_interval()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using WeChatEmulator emulator = await StartAsync(
            new() { Followers = 1000, TimeProvider = time, ChurnPercent = 50, ChurnInterval = TimeSpan.FromMinutes(1) });
        HashSet<string> before = [.. emulator.Account.Followers().Select(person => person.OpenId)];
        time.Advance(TimeSpan.FromMinutes(1));
        emulator.Account.Followers().Count(person => !before.Contains(person.OpenId)).ShouldBeGreaterThan(50);
        emulator.Account.Followers().Max(person => person.SubscribeTime).ShouldBe(time.GetUtcNow().ToUnixTimeSeconds());
    }

    private static Task<WeChatEmulator> StartAsync(EmulatorOptions options) => WeChatEmulator.StartAsync(options, CancellationToken.None);
}
