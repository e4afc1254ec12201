namespace FollowerSync.Followers;

/// <summary>A person as WeChat answered for one openid. Null = the key was missing or the value empty.
/// Field names and meanings are those of <c>user/info</c>.</summary>
internal sealed record FollowerProfile
{
    public required string OpenId { get; init; }

    /// <summary>Whether the person follows; if not, WeChat answers nothing but the openid. Null = the key was missing.</summary>
    public bool? Subscribe { get; init; }

    public string? Nickname { get; init; }

    public short? Sex { get; init; }

    public string? Language { get; init; }

    public string? City { get; init; }

    public string? Province { get; init; }

    public string? Country { get; init; }

    public string? HeadImgUrl { get; init; }

    public DateTime? SubscribeTime { get; init; }

    public string? UnionId { get; init; }

    public string? Remark { get; init; }

    public int? GroupId { get; init; }

    public int[]? TagIdList { get; init; }

    public string? SubscribeScene { get; init; }

    /// <summary>Unsigned 32-bit at WeChat.</summary>
    public long? QrScene { get; init; }

    public string? QrSceneStr { get; init; }

    /// <summary>Fields whose key was not in the answer at all, unlike those answered empty.</summary>
    public ProfileFields Missing { get; init; }

    /// <summary>An answer that says no more than that the person follows. WeChat gives it now and then; it is asked again and never stored over more.</summary>
    public bool IsHollow => Subscribe == true && SubscribeTime is null && SubscribeScene is null && UnionId is null && Nickname is null && GroupId is null;
}

/// <summary>The fields of a profile that an answer can leave out.</summary>
[Flags]
internal enum ProfileFields
{
    None = 0,
    Sex = 1,
    Language = 2,
    City = 4,
    Province = 8,
    Country = 16,
    SubscribeTime = 32,
    Remark = 64,
    GroupId = 128,
    TagIdList = 256,
    SubscribeScene = 512,
    QrScene = 1024,
    QrSceneStr = 2048,
    All = 4095,
}
