using FollowerSync.Web;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.Sharing;

/// <summary>Registers what gives tokens to programs of others. Needs the client of WeChat and the opened database.</summary>
internal static class SharingServices
{
    /// <summary>The mirrors hear of every new token of this process.</summary>
    public static IServiceCollection AddSharing(this IServiceCollection services)
    {
        services.AddSingleton<MirrorStore>();
        services.AddSingleton<MirrorWriter>();
        services.AddSingleton<TokenMirrors>();
        services.AddSingleton<TokenClients>();
        services.AddSingleton<TokenChanged>(provider => account => provider.GetRequiredService<TokenMirrors>().Announce(account));
        return services;
    }

    /// <summary>What a worker does besides: the token service, and looking after the mirrors.</summary>
    public static IServiceCollection AddTokenService(this IServiceCollection services)
    {
        services.AddSingleton<RefusedRequests>();
        services.AddSingleton<IInnerRoutes, TokenRoutes>();
        services.AddHostedService<MirrorKeeping>();
        return services;
    }
}
