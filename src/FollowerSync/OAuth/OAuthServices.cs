using FollowerSync.Arrivals;

namespace FollowerSync.OAuth;

/// <summary>Registers web authorisation. Needs the public listener, the client of WeChat and the opened database.</summary>
internal static class OAuthServices
{
    public static IServiceCollection AddOAuth(this IServiceCollection services)
    {
        services.AddSingleton<OAuthAccounts>();
        services.AddSingleton<StateSigner>();
        services.AddSingleton<FirstAnswers>();
        services.AddSingleton<SpentStates>();
        services.AddSingleton<CodeExchange>();
        services.AddSingleton<VisitStore>();
        services.AddSingleton<RefusedVisits>();
        services.AddSingleton<StartEndpoint>();
        services.AddSingleton<BackEndpoint>();
        services.AddSingleton<IPublicRoutes, OAuthRoutes>();
        return services;
    }
}
