namespace FollowerSync.Emulator;

/// <summary>Refuses options that could only fail later, each with the name, the rule and the value.</summary>
internal static class OptionsValidation
{
    private const int MostFollowers = 1_000_000_000;

    public static void Validate(this EmulatorOptions options)
    {
        Require(options.Port is >= 0 and <= 65535, "Port must be 0 to 65535", options.Port);
        Require(options.Latency >= TimeSpan.Zero, "Latency must not be negative", options.Latency);
        Require(options.TokenLifetime > TimeSpan.Zero, "TokenLifetime must be more than zero", options.TokenLifetime);
        bool overlapFits = options.TokenOverlap >= TimeSpan.Zero && options.TokenOverlap < options.TokenLifetime;
        Require(overlapFits, "TokenOverlap must be less than TokenLifetime", options.TokenOverlap);
        Require(options.PageSize is >= 1 and <= 10_000, "PageSize must be 1 to 10000", options.PageSize);
        Require(options.BlacklistPageSize is >= 1 and <= 10_000, "BlacklistPageSize must be 1 to 10000", options.BlacklistPageSize);
        Require(options.ChurnPercent is >= 0 and <= 100, "ChurnPercent must be 0 to 100", options.ChurnPercent);
        Require(options.ChaosPercent is >= 0 and <= 100, "ChaosPercent must be 0 to 100", options.ChaosPercent);
        Require(options.ChurnInterval >= TimeSpan.Zero, "ChurnInterval must not be negative", options.ChurnInterval);
        Require(options.SharedPeoplePercent is >= 0 and <= 100, "SharedPeoplePercent must be 0 to 100", options.SharedPeoplePercent);
        foreach ((string name, double percent) in new[]
        {
            ("StrangersPercent", options.Visitors.StrangersPercent), ("RefusePercent", options.Visitors.RefusePercent), ("SnapshotPercent", options.Visitors.SnapshotPercent),
        })
            Require(percent is >= 0 and <= 100, $"Visitors.{name} must be 0 to 100", percent);
        Require(options.Visitors.CodeLifetime > TimeSpan.Zero, "Visitors.CodeLifetime must be more than zero", options.Visitors.CodeLifetime);
        foreach (EmulatedAccountOptions account in options.AccountsOrDefault())
        {
            int followers = account.Followers ?? options.Followers;
            Require(followers is >= 0 and <= MostFollowers, $"Followers must be 0 to {MostFollowers}", followers);
            Require(account.AppId.Length > 0, "AppId must not be empty", account.AppId);
            if (account.Push is { } push)
                push.Validate();
        }
        IEnumerable<string> appIds = options.AccountsOrDefault().Select(account => account.AppId);
        Require(appIds.Distinct(StringComparer.Ordinal).Count() == appIds.Count(), "AppIds must differ", string.Join(", ", appIds));
    }

    public static void Validate(this EmulatedPushOptions push)
    {
        Require(push.Url.IsAbsoluteUri, "Push.Url must be an absolute address", push.Url);
        Require(push.EncodingAesKey.Length == 43 && push.EncodingAesKey.All(char.IsAsciiLetterOrDigit), "Push.EncodingAesKey must be 43 letters and digits", push.EncodingAesKey);
        Require(push.Attempts >= 1, "Push.Attempts must be 1 or more", push.Attempts);
        Require(push.InFlight >= 1, "Push.InFlight must be 1 or more", push.InFlight);
        Require(push.Timeout > TimeSpan.Zero, "Push.Timeout must be more than zero", push.Timeout);
        Require(push.LostPercent is >= 0 and <= 100, "Push.LostPercent must be 0 to 100", push.LostPercent);
        Require(push.DuplicatePercent is >= 0 and <= 100, "Push.DuplicatePercent must be 0 to 100", push.DuplicatePercent);
    }

    private static void Require(bool holds, string rule, object value)
    {
        if (!holds)
            throw new ArgumentException($"{rule}, but is {value}.", nameof(value));
    }
}
