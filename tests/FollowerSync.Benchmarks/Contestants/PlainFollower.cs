using System.Text.Json.Serialization;

namespace FollowerSync.Benchmarks.Contestants;

/// <summary>A follower as a script would model it.</summary>
internal sealed class PlainFollower
{
    [JsonPropertyName("subscribe")]
    public int Subscribe { get; set; }

    [JsonPropertyName("openid")]
    public string OpenId { get; set; } = "";

    [JsonPropertyName("nickname")]
    public string? Nickname { get; set; }

    [JsonPropertyName("sex")]
    public short Sex { get; set; }

    [JsonPropertyName("language")]
    public string? Language { get; set; }

    [JsonPropertyName("city")]
    public string? City { get; set; }

    [JsonPropertyName("province")]
    public string? Province { get; set; }

    [JsonPropertyName("country")]
    public string? Country { get; set; }

    [JsonPropertyName("headimgurl")]
    public string? HeadImgUrl { get; set; }

    [JsonPropertyName("subscribe_time")]
    public long SubscribeTime { get; set; }

    [JsonPropertyName("unionid")]
    public string? UnionId { get; set; }

    [JsonPropertyName("remark")]
    public string? Remark { get; set; }

    [JsonPropertyName("groupid")]
    public int GroupId { get; set; }

    [JsonPropertyName("tagid_list")]
    public int[] TagIdList { get; set; } = [];

    [JsonPropertyName("subscribe_scene")]
    public string? SubscribeScene { get; set; }

    [JsonPropertyName("qr_scene")]
    public long QrScene { get; set; }

    [JsonPropertyName("qr_scene_str")]
    public string? QrSceneStr { get; set; }
}
