using System.Security.Cryptography;
using System.Text;
using FollowerSync.Caches;
using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary>The secrets of the accounts: those of the start, or newer ones once they were read again.</summary>
internal sealed class AccountSecrets(SecretSettings settings)
{
    /// <summary>So many letters tell two secrets apart, and nobody finds a secret by them.</summary>
    private const int FingerprintLength = 8;

    /// <summary>The account's secret. A newer one that cannot be right (empty, half written) is no secret.</summary>
    public AccountSecret Of(AccountOptions account)
    {
        IConfigurationSection? section = settings.Current.GetSection($"{WeChatOptions.Section}:{nameof(WeChatOptions.Accounts)}").GetChildren()
            .LastOrDefault(one => string.Equals(one[nameof(AccountOptions.AppId)]?.Trim(), account.AppId, StringComparison.OrdinalIgnoreCase));
        return new AccountSecret(
            Usable(section?[nameof(AccountOptions.AppSecret)]) ?? account.AppSecret,
            Usable(section?[nameof(AccountOptions.TokenBearer)]) ?? account.TokenBearer,
            WithNewKey(account.TokenAddress, section?[nameof(AccountOptions.TokenAddress)]),
            WithNewPassword(account.TokenRedis.Connection, section?[$"{nameof(AccountOptions.TokenRedis)}:{nameof(TokenRedisOptions.Connection)}"]));
    }

    /// <summary>Tells the account's secret from another one.</summary>
    public string FingerprintOf(AccountOptions account)
    {
        AccountSecret secret = Of(account);
        string text = account.TokenSource switch
        {
            TokenSource.External => $"{secret.TokenAddress}\n{secret.TokenBearer}",
            TokenSource.Redis => secret.RedisConnection,
            _ => secret.AppSecret,
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account.AppId}\n{text}")))[..FingerprintLength];
    }

    /// <summary>Whether there is another secret than the one that was refused; looks for one where the settings came from.</summary>
    /// <param name="account">The account.</param>
    /// <param name="refused">Fingerprint of the secret that was refused.</param>
    public bool HasAnother(AccountOptions account, string refused)
    {
        if (FingerprintOf(account) == refused)
            settings.ReadAgain();
        return FingerprintOf(account) != refused;
    }

    private static string? Usable(string? secret) =>
        string.IsNullOrEmpty(secret) || secret.Any(char.IsWhiteSpace) || SecretRule.Broken(secret) is not null || AppIdAttribute.IsAppId(secret) ? null : secret;

    // Only the login of a connection may be another one; where it leads to stays.
    private static string WithNewPassword(string connection, string? newer) =>
        newer is not null && RedisAddress.Broken(newer) is null && RedisAddress.Shown(newer) == RedisAddress.Shown(connection) ? newer : connection;

    // The address itself is no secret and stays; its query may be a key.
    private static Uri? WithNewKey(Uri? address, string? newer) =>
        address is not null && Uri.TryCreate(newer, UriKind.Absolute, out Uri? other) && other.GetLeftPart(UriPartial.Path) == address.GetLeftPart(UriPartial.Path)
            ? other : address;
}
