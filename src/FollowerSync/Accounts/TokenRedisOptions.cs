using FollowerSync.Caches;
using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary><c>WeChat:Accounts[]:TokenRedis</c>: where another program keeps the account's token. It is read and never written.</summary>
internal sealed class TokenRedisOptions : ISettingsRules
{
    /// <summary>What stands for the AppId in keys.</summary>
    public const string AppIdPart = "{appid}";

    /// <summary>Connection string of StackExchange.Redis: <c>cache.example:6379,password=…,ssl=true</c>. Its password is never logged.</summary>
    [Secret(InPart = true)]
    public string Connection { get; set; } = "";

    /// <summary>Key of the token; <c>{appid}</c> in it stands for the AppId. The value is the token itself, in quotes, or JSON with <c>access_token</c>.</summary>
    public string Key { get; set; } = "";

    /// <summary>The key of an account.</summary>
    public string KeyOf(string appId) => Key.Replace(AppIdPart, appId, StringComparison.OrdinalIgnoreCase);

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (Connection.Length > 0 && RedisAddress.Broken(Connection) is { } broken)
            yield return new SettingsFault(nameof(Connection), broken);
        if (Key.Any(char.IsControl))
            yield return new SettingsFault(nameof(Key), "must not contain line ends or other control characters");
    }

    /// <summary>What lacks when the token is to be read from here.</summary>
    public IEnumerable<SettingsFault> Lacks()
    {
        if (Connection.Length == 0)
            yield return new SettingsFault(nameof(Connection), "must be the address of the Redis that has the token, when TokenSource is Redis", "empty");
        if (Key.Length == 0)
            yield return new SettingsFault(nameof(Key), "must be the key that another program keeps the token under, when TokenSource is Redis; {appid} in it stands for the AppId", "empty");
    }
}
