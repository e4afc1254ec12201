using System.Text.Json;
using FollowerSync.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Emulator;

public class TokenTests
{
    private readonly FakeTimeProvider _time = new();

    private EmulatorOptions Options => new() { Followers = 3, TimeProvider = _time };

    [Fact]
    public async Task Stable_token_stays_the_same_with_its_remaining_life()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        _time.Advance(TimeSpan.FromSeconds(6800));
        JsonElement again = await client.StableTokenAsync();
        again.Text("access_token").ShouldBe(client.Token);
        again.GetProperty("expires_in").GetInt32().ShouldBe(400);
    }

    [Fact]
    public async Task Stable_token_is_replaced_in_its_last_five_minutes_while_both_work()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        _time.Advance(TimeSpan.FromSeconds(6901));
        JsonElement next = await client.StableTokenAsync();
        next.Text("access_token").ShouldNotBe(client.Token);
        next.GetProperty("expires_in").GetInt32().ShouldBe(7200);
        (await client.PageAsync()).ErrCode().ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(300));
        (await client.PageAsync()).ErrCode().ShouldBe(42001);
        client.Token = next.Text("access_token");
        (await client.PageAsync()).ErrCode().ShouldBe(0);
    }

    [Fact]
    public async Task Forced_refresh_ends_the_old_token_but_not_within_thirty_seconds()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        string forced = (await client.StableTokenAsync(force: true)).Text("access_token");
        forced.ShouldNotBe(client.Token);
        (await client.PageAsync()).ErrCode().ShouldBe(40001);
        (await client.StableTokenAsync(force: true)).Text("access_token").ShouldBe(forced);
    }

    [Fact]
    public async Task Forced_refresh_is_refused_after_twenty_a_day()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        for (int i = 0; i < 20; i++, _time.Advance(TimeSpan.FromSeconds(31)))
            (await client.StableTokenAsync(force: true)).ErrCode().ShouldBe(0);
        (await client.StableTokenAsync(force: true)).ErrCode().ShouldBe(45009);
    }

    [Fact]
    public async Task Every_classic_token_ends_the_one_before_after_five_minutes()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        client.Token = (await client.ClassicTokenAsync()).Text("access_token");
        client.Account.Tokens.RotateByAnotherProgram();
        (await client.PageAsync()).ErrCode().ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(300));
        (await client.PageAsync()).ErrCode().ShouldBe(40001);
        client.Account.Tokens.ClassicIssued.ShouldBe(2);
    }

    [Fact]
    public async Task Classic_and_stable_tokens_do_not_disturb_each_other()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        await client.ClassicTokenAsync();
        await client.ClassicTokenAsync();
        _time.Advance(TimeSpan.FromSeconds(301));
        (await client.PageAsync()).ErrCode().ShouldBe(0);
    }

    [Fact]
    public async Task Names_what_is_wrong_with_a_token()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        string good = client.Token;
        client.Token = "";
        (await client.PageAsync()).ErrCode().ShouldBe(41001);
        client.Token = "abc";
        (await client.PageAsync()).ErrCode().ShouldBe(40014);
        client.Token = good[..^1] + (good[^1] == 'A' ? 'B' : 'A');
        (await client.PageAsync()).ErrCode().ShouldBe(40001);
        client.Token = good;
        client.Account.Tokens.Expire();
        (await client.PageAsync()).ErrCode().ShouldBe(42001);
    }

    [Theory]
    [InlineData("grant_type=client_credential", 41002)]
    [InlineData("grant_type=client_credential&appid=wx00000000000000e1", 41004)]
    [InlineData("grant_type=other&appid=wx00000000000000e1&secret=s", 40002)]
    [InlineData("grant_type=client_credential&appid=wx1&secret=s", 40013)]
    [InlineData("grant_type=client_credential&appid=wx00000000000000e1&secret=s", 40125)]
    public async Task Refuses_wrong_credentials(string query, int errCode)
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(Options);
        (await client.GetAsync($"cgi-bin/token?{query}")).ErrCode().ShouldBe(errCode);
    }
}
