using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;

namespace FollowerSync.IntegrationTests.Emulator;

/// <summary>A running emulator and a plain HTTP client that holds a token of its first account.</summary>
internal sealed class EmulatorClient : IAsyncDisposable
{
    private readonly HttpClient _http;

    private EmulatorClient(WeChatEmulator emulator)
    {
        Emulator = emulator;
        _http = new HttpClient { BaseAddress = emulator.BaseAddress };
    }

    public WeChatEmulator Emulator { get; }

    public EmulatedAccount Account => Emulator.Account;

    public HttpClient Http => _http;

    public string Token { get; set; } = "";

    public static async Task<EmulatorClient> StartAsync(EmulatorOptions options)
    {
        EmulatorClient client = new(await WeChatEmulator.StartAsync(options, CancellationToken.None));
        client.Token = (await client.StableTokenAsync()).GetProperty("access_token").GetString()!;
        return client;
    }

    public Task<JsonElement> StableTokenAsync(bool force = false) => PostRawAsync(
        "cgi-bin/stable_token",
        $$"""{"grant_type":"client_credential","appid":"{{Account.AppId}}","secret":"{{Account.AppSecret}}","force_refresh":{{(force ? "true" : "false")}}}""");

    public Task<JsonElement> ClassicTokenAsync() =>
        _http.GetFromJsonAsync<JsonElement>($"cgi-bin/token?grant_type=client_credential&appid={Account.AppId}&secret={Account.AppSecret}");

    public Task<JsonElement> GetAsync(string pathAndQuery) =>
        _http.GetFromJsonAsync<JsonElement>($"{pathAndQuery}{(pathAndQuery.Contains('?') ? '&' : '?')}access_token={Token}");

    public Task<JsonElement> PostAsync(string path, string json) => PostRawAsync($"{path}?access_token={Token}", json);

    public async Task<JsonElement> PostRawAsync(string uri, string json)
    {
        using StringContent content = new(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync(uri, content);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<JsonElement> PageAsync(string cursor = "") => GetAsync($"cgi-bin/user/get?next_openid={cursor}");

    public Task<JsonElement> BatchAsync(IEnumerable<string> openIds, string lang = "zh_CN") => PostAsync(
        "cgi-bin/user/info/batchget", JsonSerializer.Serialize(new { user_list = openIds.Select(openid => new { openid, lang }) }));

    /// <summary>All openids, as WeChat lists them to a client that stops at the first page without data.</summary>
    public async Task<List<string>> ListAsync()
    {
        List<string> openIds = [];
        for (JsonElement page = await PageAsync(); page.TryGetProperty("data", out JsonElement data);
            page = await PageAsync(page.GetProperty("next_openid").GetString()!))
            openIds.AddRange(data.GetProperty("openid").EnumerateArray().Select(openId => openId.GetString()!));
        return openIds;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Emulator.DisposeAsync();
    }
}
