using FollowerSync.Arrivals;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Arrivals;

public sealed class VisitorStoreTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string AppId = "wx00000000000000f1";

    [Theory]
    [InlineData("-400 days", true)]
    [InlineData("365 days", true)]
    [InlineData("30 seconds", false)]
    public async Task A_visit_is_the_last_one_unless_a_clock_was_set_back_a_little(string stored, bool isNow)
    {
        string openId = $"o{stored.Replace(' ', '_')}";
        await database.ExecuteAsync($"insert into wechat.visitors (app_id, openid, first_seen_at, last_seen_at, visits) values ('{AppId}', '{openId}', now(), now() + interval '{stored}', 1)");

        await database.Open().RunAsync(tx => VisitorStore.VisitAsync(tx, AppId, openId, unionId: null, nickname: null), default);

        (await database.ReadAsync<bool>($"select last_seen_at <= now() from wechat.visitors where openid = '{openId}'")).ShouldBe(isNow);
        (await database.ReadAsync<bool>($"select last_seen_at > now() - interval '1 minute' from wechat.visitors where openid = '{openId}'")).ShouldBeTrue();
    }
}
