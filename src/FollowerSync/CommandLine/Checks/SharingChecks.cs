using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Languages;
using FollowerSync.Settings;
using FollowerSync.Sharing;
using FollowerSync.Web;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Tests where tokens are shared with other programs: the Redis they come from, the caches they go to, the clients of the token service.</summary>
internal sealed class SharingChecks(CheckList list, IServiceProvider services)
{
    public async Task RunAsync(IReadOnlyList<AccountOptions> accounts, StatusPageOptions page, CancellationToken cancellationToken)
    {
        foreach (AccountOptions account in accounts)
        {
            if (account.TokenSource == TokenSource.Redis)
                await SourceAsync(account, cancellationToken);
            else
                foreach (TokenMirror mirror in services.GetRequiredService<TokenMirrors>().All)
                    await MirrorAsync(mirror, account, cancellationToken);
        }

        Clients(services.GetRequiredService<IOptions<TokenOptions>>().Value.Service, page);
    }

    private async Task SourceAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            AccessToken token = await services.GetRequiredService<RedisTokenReader>().ReadAsync(account, cancellationToken);
            list.Ok("token in Redis", $"{RedisTokenReader.ApiOf(account)} has one, for {DurationText.Of(token.Left)}", account.DisplayName);
        }
        catch (WeChatApiException exception)
        {
            list.Failed("token in Redis", exception, account.DisplayName);
        }
    }

    private async Task MirrorAsync(TokenMirror mirror, AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            TimeSpan? left = await services.GetRequiredService<MirrorWriter>().WriteOneAsync(mirror, account, cancellationToken);
            if (left is { } life)
                list.Ok("mirror", $"{mirror.Name}: has the token, for {DurationText.Of(life)}", account.DisplayName);
            else
                list.Skipped("mirror", $"{mirror.Name}: needs the token", account.DisplayName);
        }
        catch (CacheException failure)
        {
            list.Warning("mirror", $"other programs get no tokens there; syncs work without. {SentenceException.TextOf(failure)}", account.DisplayName);
        }
    }

    private void Clients(TokenServiceOptions service, StatusPageOptions page)
    {
        if (service.Clients.Count == 0)
            return;
        try
        {
            services.GetRequiredService<TokenClients>();
            string names = string.Join(", ", service.Clients.Select(client => client.Name));
            if (page.Url.Length == 0)
                list.Warning("token service", $"{names} cannot ask for tokens: StatusPage:Url is empty, so nothing listens.");
            else
                list.Ok("token service", $"{page.Url}{service.Path}, for {names}");
        }
        catch (SettingsException exception)
        {
            list.Failed("token service", exception);
        }
    }
}
