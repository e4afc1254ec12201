using System.Security.Cryptography;
using System.Text;
using FollowerSync.Accounts;
using FollowerSync.Settings;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sharing;

/// <summary>The programs that may ask for tokens, and how they are known.</summary>
internal sealed class TokenClients
{
    private const string Scheme = "Bearer ";

    private readonly (TokenClientOptions Client, byte[] Digest, IReadOnlyList<AccountOptions> Accounts)[] _clients;

    /// <exception cref="SettingsException">A client is to have the token of an account that the settings do not name.</exception>
    public TokenClients(IOptions<TokenOptions> options, IOptions<WeChatOptions> accounts)
    {
        List<SettingsFault> faults = [];
        _clients = [.. options.Value.Service.Clients.Select((client, index) => (client, DigestOf(client.Bearer), AccountsOf(client, index, accounts.Value.Accounts, faults)))];
        if (faults.Count > 0)
            throw new SettingsException(faults, sources: null);
    }

    /// <summary>Whether the service is on.</summary>
    public bool Any => _clients.Length > 0;

    /// <summary>Names of the programs that may have the account's token.</summary>
    public IReadOnlyList<string> Of(string appId) => [.. _clients.Where(one => one.Accounts.Any(account => account.AppId == appId)).Select(one => one.Client.Name)];

    /// <summary>The accounts of whoever sends this header; null when nobody is known by it. How long it takes tells nothing about the bearers.</summary>
    public IReadOnlyList<AccountOptions>? AccountsOf(string? authorization)
    {
        bool isBearer = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;
        byte[] given = DigestOf(isBearer ? authorization![Scheme.Length..].Trim() : "");
        IReadOnlyList<AccountOptions>? found = null;
        foreach ((_, byte[] digest, IReadOnlyList<AccountOptions> accounts) in _clients)
            if (CryptographicOperations.FixedTimeEquals(given, digest))
                found = accounts;
        return isBearer ? found : null;
    }

    // Of equal length, whatever was sent.
    private static byte[] DigestOf(string bearer) => SHA256.HashData(Encoding.UTF8.GetBytes(bearer));

    private static List<AccountOptions> AccountsOf(TokenClientOptions client, int index, IList<AccountOptions> all, List<SettingsFault> faults)
    {
        if (client.Accounts.Count == 0)
            return [.. all];
        List<AccountOptions> accounts = [];
        foreach (string wanted in client.Accounts)
        {
            if (all.FirstOrDefault(one => Is(one.AppId, wanted)) is { } named || (named = all.FirstOrDefault(one => Is(one.DisplayName, wanted))) is not null)
                accounts.Add(named);
            else
                faults.Add(new SettingsFault($"{TokenOptions.Section}:{nameof(TokenOptions.Service)}:Clients[{index}]:Accounts", "must be names or AppIds of WeChat:Accounts", ShownValue.Of(wanted, secret: false)));
        }

        return accounts;
    }

    private static bool Is(string name, string wanted) => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase);
}
