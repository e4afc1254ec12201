namespace FollowerSync.Emulator.People;

/// <summary>Memory that one answer composes profiles in, one after the other.</summary>
internal sealed class ProfileScratch
{
    public byte[] OpenId { get; } = new byte[OpenIdCipher.Length];

    public byte[] UnionId { get; } = new byte[OpenIdCipher.Length];

    public byte[] Nickname { get; } = new byte[NameBook.MaxBytes];

    public byte[] HeadImgUrl { get; } = new byte[128];

    public byte[] Remark { get; } = new byte[64];

    public byte[] QrSceneStr { get; } = new byte[SceneBook.MaxQrText];

    public int[] Tags { get; } = new int[TagBook.MaxTags];
}
