using FollowerSync.Privacy;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Says what becomes of people who unfollow.</summary>
internal static class PrivacyCheck
{
    private const string Name = "privacy";

    public static void Run(IConfiguration configuration, CheckList list)
    {
        PrivacyOptions options = configuration.GetSection(PrivacyOptions.Section).Get<PrivacyOptions>() ?? new PrivacyOptions();
        if (options.LacksKey)
            list.Warning(Name, $"{PrivacyOptions.KeyIsMissing}.");
        else if (options.AfterUnfollow == AfterUnfollow.Keep)
            list.Ok(Name, "people who unfollow are kept (Privacy:AfterUnfollow)");
        else
            list.Ok(Name, $"people are {(options.AfterUnfollow == AfterUnfollow.Delete ? "deleted" : "anonymised")} {DurationText.Of(options.Delay)} after they unfollowed");
    }
}
