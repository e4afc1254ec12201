using System.Net;
using FollowerSync.Accounts;
using FollowerSync.Arrivals;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Says of the accounts with web authorisation what lacks, and what has to be entered in WeChat's console. WeChat itself cannot be asked without a visitor.</summary>
internal sealed class OAuthCheck(CheckList list)
{
    private const string Name = "web authorisation";

    public void Run(IConfiguration settings)
    {
        WeChatOptions weChat = settings.GetSection(WeChatOptions.Section).Get<WeChatOptions>() ?? new WeChatOptions();
        ArrivalsOptions arrivals = settings.GetSection(ArrivalsOptions.Section).Get<ArrivalsOptions>() ?? new ArrivalsOptions();
        foreach (AccountOptions account in weChat.Accounts.Where(account => account.OAuth.IsOn))
        {
            Account(account, arrivals);
            Targets(account);
        }
    }

    private void Account(AccountOptions account, ArrivalsOptions arrivals)
    {
        string? host = arrivals.PublicBase?.IdnHost;
        if (arrivals.Url.Length == 0)
            list.Warning(Name, "Arrivals:Url is empty, so no visitor is answered on this machine. Set it to http://0.0.0.0:8081, say, behind your reverse proxy.", account.DisplayName);
        else if (host is null || arrivals.PublicBase!.IsLoopback || IPAddress.TryParse(host.Trim('[', ']'), out _) || !arrivals.PublicBase.IsDefaultPort)
            list.Warning(Name, $"WeChat sends visitors to a domain name with the usual port alone; Arrivals:PublicBase is {arrivals.PublicBase}. For trials with the emulated WeChat that is enough.", account.DisplayName);
        else
            list.Ok(
                Name,
                $"begins at {arrivals.PublicBase.GetLeftPart(UriPartial.Authority)}/oauth/{account.AppId}/start with the query to=NAME. In WeChat's console (Settings and development > Account settings > Function settings) "
                + $"enter {host} as web authorisation domain; the file MP_verify_….txt that the console gives must be answered at https://{host}/MP_verify_….txt, by your reverse proxy.",
                account.DisplayName);
    }

    private void Targets(AccountOptions account)
    {
        string[] keyless = [.. account.OAuth.Targets.Where(target => target.Value.Key.Length == 0).Select(target => target.Key)];
        string[] open = [.. account.OAuth.Targets.Where(target => target.Value is { Key.Length: > 0, Url: { IsLoopback: false } url } && url.Scheme == Uri.UriSchemeHttp).Select(target => target.Key)];
        if (keyless.Length > 0)
            list.Warning(Name, $"no Key for {string.Join(", ", keyless)}: visitors are sent on there without their openid. A key, from: openssl rand -hex 32", account.DisplayName);
        if (open.Length > 0)
            list.Warning(Name, $"http:// shows openids to everybody on the way to {string.Join(", ", open)}. Use https:// in OAuth:Targets.", account.DisplayName);
        if (keyless.Length == 0 && open.Length == 0)
            list.Ok(Name, $"openids are signed for {string.Join(", ", account.OAuth.Targets.Keys)}", account.DisplayName);
    }
}
