using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Languages;
using FollowerSync.Push;
using FollowerSync.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Tests whether WeChat gets through to us, as it does itself: by its check of the address, from outside in. While no worker listens, the check does.</summary>
internal sealed class ArrivalChecks(CheckList list, IConfiguration configuration, ILoggerFactory loggers, TimeProvider time)
{
    private const string Listener = "public listener";
    private const string Push = "pushes";
    private const string Url = $"{ArrivalsOptions.Section}:{nameof(ArrivalsOptions.Url)}";

    private readonly ArrivalsOptions _arrivals = configuration.GetSection(ArrivalsOptions.Section).Get<ArrivalsOptions>() ?? new ArrivalsOptions();
    private readonly WeChatOptions _weChat = configuration.GetSection(WeChatOptions.Section).Get<WeChatOptions>() ?? new WeChatOptions();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        AccountOptions[] accounts = [.. _weChat.Accounts.Where(account => account.Push.IsOn)];
        if (_arrivals.Url.Length == 0)
        {
            foreach (AccountOptions account in accounts)
                list.Warning(Push, $"the account has a Push:Token, but nothing listens for WeChat. Set {Url}, say to http://0.0.0.0:8081.", account.DisplayName);
            return;
        }

        using UrlCheckCall call = new(time);
        await using PublicServer own = OwnListener();
        bool listens = await ListenAsync(own, call, accounts.FirstOrDefault(), cancellationToken);
        foreach (AccountOptions account in accounts)
            if (listens)
                await FromOutsideAsync(call, account, cancellationToken);
            else
                list.Skipped(Push, "need the public listener", account.DisplayName);
        await own.StopAsync(cancellationToken);
    }

    private PublicServer OwnListener()
    {
        IOptions<ArrivalsOptions> arrivals = Options.Create(_arrivals);
        UrlCheck answers = new(
            new PushAccounts(Options.Create(_weChat)), new PushReader(new PushClock(time)), new PushCounts(time, NullLogger<PushCounts>.Instance), new SenderAddress(arrivals));
        return new PublicServer(arrivals, [answers], loggers, NullLogger<PublicServer>.Instance);
    }

    private async Task<bool> ListenAsync(PublicServer own, UrlCheckCall call, AccountOptions? account, CancellationToken cancellationToken)
    {
        try
        {
            if (LocalPort.Obstacle(new Uri(_arrivals.Url)) is null)
            {
                await own.StartAsync(cancellationToken);
                list.Ok(Listener, $"{_arrivals.Url} is free for the worker");
                return true;
            }
        }
        catch (SettingsException exception)
        {
            list.Failed(Listener, exception);
            return false;
        }

        if (account is not null && await call.LackAsync(Local(), account, cancellationToken) is { } lack)
        {
            list.Failed(Listener, $"another program uses {_arrivals.Url}, and it is not a worker with these settings: asked as WeChat asks, it {lack.What}. Set {Url} to a free port; if it is the worker, restart it with these settings.");
            return false;
        }

        if (account is null)
            list.Warning(Listener, $"{_arrivals.Url} is in use. If that is not the running worker, set {Url} to a free port.");
        else
            list.Ok(Listener, $"{_arrivals.Url}, served by the running worker");
        return true;
    }

    private async Task FromOutsideAsync(UrlCheckCall call, AccountOptions account, CancellationToken cancellationToken)
    {
        Sentence mode = account.Push.EncodingAesKey.Length > 0 ? (Sentence)"safe mode" : "plain mode (safe mode is better: give EncodingAesKey)";
        Sentence enter = $"In WeChat's console, server configuration, enter the URL {PushAnnouncement.AddressOf(_arrivals, account.AppId)}, the Token and EncodingAESKey of the settings, and {mode}";
        if (_arrivals.PublicBase is not { } address)
            list.Warning(Push, $"not tested from outside: set {ArrivalsOptions.Section}:{nameof(ArrivalsOptions.PublicBase)} to the https address at which your reverse proxy hands on to {_arrivals.Url}. {enter}.", account.DisplayName);
        else if (await call.LackAsync(address, account, cancellationToken) is { } lack)
            list.Failed(Push, $"WeChat would not get through: {address.Authority} {lack.What}. {lack.Remedy}", account.DisplayName);
        else if (!address.IsDefaultPort)
            list.Warning(Push, $"{address.Authority} answers, but WeChat connects to port 443 (https) or 80 (http) only. {enter}.", account.DisplayName);
        else if (address.Scheme == Uri.UriSchemeHttp)
            list.Warning(Push, $"{address.Authority} answers, without encryption: give the reverse proxy a certificate and use https. {enter}.", account.DisplayName);
        else
            list.Ok(Push, $"reached from outside. {enter}", account.DisplayName);
    }

    private Uri Local()
    {
        Uri url = new(_arrivals.Url);
        string host = url.Host switch { "0.0.0.0" or "*" or "+" => "127.0.0.1", "[::]" => "[::1]", string other => other };
        return new UriBuilder(url) { Host = host }.Uri;
    }
}
