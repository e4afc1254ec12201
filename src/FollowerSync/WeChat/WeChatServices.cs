using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Settings;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FollowerSync.WeChat;

/// <summary>Registers the client of the WeChat API and the access tokens. Needs the opened database.</summary>
internal static class WeChatServices
{
    /// <param name="services">Where to register.</param>
    /// <param name="configuration">Checked settings.</param>
    /// <param name="except">Keys the caller does without.</param>
    public static IServiceCollection AddWeChat(this IServiceCollection services, IConfiguration configuration, params string[] except)
    {
        services.AddSettings<WeChatOptions>(configuration, WeChatOptions.Section, except);
        services.AddSettings<TokenOptions>(configuration, TokenOptions.Section);
        services.AddSingleton<HostRotation>();
        services.AddSingleton<WeChatTransport>();
        services.AddSingleton<CallResilience>();
        services.TryAddSecrets(configuration);
        services.AddSingleton<AccountSecrets>();
        services.AddSingleton<RedisCaches>();
        services.AddSingleton<RedisTokenReader>();
        services.TryAddSingleton<TokenChanged>(_ => _ => { });
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<TokenFetch>();
        services.AddSingleton<TokenConflicts>();
        services.AddSingleton<TokenLockTimes>();
        services.AddSingleton<AccessTokenStore>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<ApiStopStore>();
        services.AddSingleton<ApiUsageStore>();
        services.AddSingleton<WeChatClients>();
        services.AddSingleton<VisitorClient>();
        return services;
    }
}
