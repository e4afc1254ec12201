using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Settings;
using Npgsql;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Looks for secrets and personal data that others on the way or on this machine could read.</summary>
internal sealed class ExposureChecks(CheckList list)
{
    private const string DatabaseWay = "way to the database";
    private const string WeChatWay = "way to WeChat";
    private const string Files = "settings files";

    public void Run(IConfiguration settings, IReadOnlyList<string> exposedFiles)
    {
        ConnectionString(settings.GetConnectionString(DatabaseOptions.ConnectionStringName));
        Addresses(settings.GetSection(WeChatOptions.Section).Get<WeChatOptions>() ?? new WeChatOptions());
        if (exposedFiles.Count == 0)
            list.Ok(Files, "no other user can read a secret in them");
        else
            list.Warning(Files, $"others may read secrets in {string.Join(", ", exposedFiles)}. Close what holds them to all but the worker's user: chmod 600 (in a container: mode 0400).");
    }

    private void ConnectionString(string? text)
    {
        NpgsqlConnectionStringBuilder connection = new(text);
        string[] foreign = [.. (connection.Host ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(IsForeign)];
        if (foreign.Length == 0)
            list.Ok(DatabaseWay, "does not leave this machine");
        else if (connection.SslMode is SslMode.VerifyFull or SslMode.VerifyCA)
            list.Ok(DatabaseWay, $"encrypted, and the server proves who it is (SSL Mode={connection.SslMode})");
        else
            list.Warning(
                DatabaseWay,
                $"SSL Mode={connection.SslMode} to {string.Join(", ", foreign)}: whoever stands between can pass for the server and read password and followers. "
                + $"Add SSL Mode=VerifyFull to ConnectionStrings:FollowerSync, and Root Certificate=… when an authority of your own signed the server's certificate.");
    }

    private void Addresses(WeChatOptions weChat)
    {
        IEnumerable<(string Key, Uri? Address)> all =
        [
            ($"{WeChatOptions.Section}:{nameof(WeChatOptions.BaseAddress)}", weChat.BaseAddress),
            .. weChat.FallbackAddresses.Select((address, index) => ($"{WeChatOptions.Section}:{nameof(WeChatOptions.FallbackAddresses)}[{index}]", (Uri?)address)),
            .. weChat.Accounts.Select((account, index) => ($"{WeChatOptions.Section}:{nameof(WeChatOptions.Accounts)}[{index}]:{nameof(AccountOptions.TokenAddress)}", account.TokenAddress)),
        ];
        string[] open = [.. all.Where(one => one.Address is { IsLoopback: false } address && address.Scheme == Uri.UriSchemeHttp).Select(one => $"{one.Key} ({one.Address!.Authority})")];
        if (open.Length == 0)
            list.Ok(WeChatWay, "encrypted, or on this machine");
        else
            list.Warning(WeChatWay, $"http:// sends AppSecret, tokens and followers readable to everybody on the way: {string.Join(", ", open)}. Use https://.");
    }

    // A path is a Unix socket.
    private static bool IsForeign(string host) =>
        !Path.IsPathRooted(host) && !host.StartsWith('@') && !LoopbackHost.Is(WithoutPort(host));

    // host:port, [::1]:port and ::1 are all in use.
    private static string WithoutPort(string host) =>
        host.StartsWith('[') ? host[1..Math.Max(host.IndexOf(']', StringComparison.Ordinal), 1)]
        : host.Count(character => character == ':') == 1 ? host[..host.IndexOf(':', StringComparison.Ordinal)] : host;
}
