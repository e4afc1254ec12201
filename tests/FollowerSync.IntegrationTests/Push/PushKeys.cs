using FollowerSync.Accounts;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>An account's server configuration, as WeChat has it.</summary>
internal sealed record PushKeys(string AppId, string Token, string Key)
{
    public static readonly PushKeys Brand = new("wx00c0ffee00c0ffee", "TokenOfTheBrand1", "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEf9");

    public AccountOptions Account => new() { Name = "Brand", AppId = AppId, AppSecret = "a secret of the tests".Replace(' ', '-'), Push = { Token = Token, EncodingAesKey = Key } };
}
