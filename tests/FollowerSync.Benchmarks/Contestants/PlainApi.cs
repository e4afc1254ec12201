using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using FollowerSync.Emulator;

namespace FollowerSync.Benchmarks.Contestants;

/// <summary>The API as a script would call it: HttpClient and JsonSerializer, no care for odd answers.</summary>
internal sealed class PlainApi(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };
    private string _token = "";

    public async Task LogInAsync()
    {
        JsonElement answer = await _http.GetFromJsonAsync<JsonElement>(
            $"/cgi-bin/token?grant_type=client_credential&appid={EmulatorOptions.DefaultAppId}&secret={EmulatorOptions.DefaultAppSecret}");
        _token = answer.GetProperty("access_token").GetString()!;
    }

    public async IAsyncEnumerable<string> ListAsync()
    {
        string cursor = "";
        while (true)
        {
            Page page = (await _http.GetFromJsonAsync<Page>($"/cgi-bin/user/get?access_token={_token}&next_openid={cursor}"))!;
            if (page.Data?.OpenId is not { Count: > 0 } openIds)
                yield break;
            foreach (string openId in openIds)
                yield return openId;
            cursor = page.NextOpenId!;
        }
    }

    public async Task<List<PlainFollower>> GetAsync(IReadOnlyList<string> openIds)
    {
        using HttpResponseMessage answer = await PostAsync(openIds);
        return (await answer.Content.ReadFromJsonAsync<Batch>())!.UserInfoList;
    }

    public async Task<byte[]> GetRawAsync(IReadOnlyList<string> openIds)
    {
        using HttpResponseMessage answer = await PostAsync(openIds);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    public void Dispose() => _http.Dispose();

    private Task<HttpResponseMessage> PostAsync(IReadOnlyList<string> openIds) => _http.PostAsJsonAsync(
        $"/cgi-bin/user/info/batchget?access_token={_token}", new { user_list = openIds.Select(openid => new { openid, lang = "zh_CN" }) });

    private sealed record Page([property: JsonPropertyName("data")] PageData? Data, [property: JsonPropertyName("next_openid")] string? NextOpenId);

    private sealed record PageData([property: JsonPropertyName("openid")] List<string>? OpenId);

    private sealed record Batch([property: JsonPropertyName("user_info_list")] List<PlainFollower> UserInfoList);
}
