namespace FollowerSync.Emulator.Accounts;

/// <summary>A person as the emulated account knows them; the properties are WeChat's fields, in the order of its answers.
/// <see cref="TagIdList"/> is compared by reference, so two readings of one person are not equal.</summary>
public sealed record EmulatedFollower
{
    /// <summary>Whether the person follows now. Of people who do not, WeChat tells only the openid.</summary>
    public bool Subscribe { get; init; } = true;

    /// <summary>The id of the person at this account.</summary>
    public required string OpenId { get; init; }

    /// <summary><c>nickname</c></summary>
    public string Nickname { get; init; } = "";

    /// <summary><c>sex</c>: 0 unknown, 1 male, 2 female.</summary>
    public int Sex { get; init; }

    /// <summary><c>language</c></summary>
    public string Language { get; init; } = "";

    /// <summary><c>city</c></summary>
    public string City { get; init; } = "";

    /// <summary><c>province</c></summary>
    public string Province { get; init; } = "";

    /// <summary><c>country</c></summary>
    public string Country { get; init; } = "";

    /// <summary><c>headimgurl</c></summary>
    public string HeadImgUrl { get; init; } = "";

    /// <summary><c>subscribe_time</c>: the latest follow, in Unix seconds.</summary>
    public long SubscribeTime { get; init; }

    /// <summary><c>unionid</c>; null = the key is missing.</summary>
    public string? UnionId { get; init; }

    /// <summary><c>remark</c>: the operator's note.</summary>
    public string Remark { get; init; } = "";

    /// <summary><c>groupid</c></summary>
    public int GroupId { get; init; }

    /// <summary><c>tagid_list</c></summary>
    public IReadOnlyList<int> TagIdList { get; init; } = [];

    /// <summary><c>subscribe_scene</c></summary>
    public string SubscribeScene { get; init; } = "";

    /// <summary><c>qr_scene</c>: unsigned 32 bits.</summary>
    public uint QrScene { get; init; }

    /// <summary><c>qr_scene_str</c></summary>
    public string QrSceneStr { get; init; } = "";
}
