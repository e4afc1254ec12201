using FollowerSync.StatusPage.Acting;
using FollowerSync.StatusPage.Guarding;
using FollowerSync.StatusPage.Reading;
using FollowerSync.Web;

namespace FollowerSync.StatusPage;

/// <summary>Registers the pages. Needs the inner listener, runs, alerts, <see cref="StartSync"/> and the opened database.</summary>
internal static class PageServices
{
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddSingleton<PageReader>();
        services.AddSingleton<WrongPasswords>();
        services.AddSingleton<PageLogin>();
        services.AddSingleton<PageKeys>();
        services.AddSingleton<RefusedSignIns>();
        services.AddSingleton<SignInRoutes>();
        services.AddSingleton<PageAnswers>();
        services.AddSingleton<PageFaults>();
        services.AddSingleton<ProgressFeed>();
        services.AddSingleton<ActionLog>();
        services.AddSingleton<ActionParts>();
        services.AddSingleton<PageActions>();
        services.AddSingleton<ActionRoutes>();
        services.AddSingleton<IInnerRoutes, PageRoutes>();
        return services;
    }
}
