using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Privacy;
using Npgsql;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Says what becomes of people who unfollow.</summary>
internal static class PrivacyCheck
{
    private const string Name = "privacy";

    /// <param name="configuration">Checked settings.</param>
    /// <param name="hashKeys">Knows the key used so far; null when the database cannot be asked.</param>
    /// <param name="list">Takes the result.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public static async Task RunAsync(IConfiguration configuration, HashKeyStore? hashKeys, CheckList list, CancellationToken cancellationToken)
    {
        PrivacyOptions options = configuration.GetSection(PrivacyOptions.Section).Get<PrivacyOptions>() ?? new PrivacyOptions();
        if (hashKeys is not null && await IsWrongKeyAsync(options, hashKeys, list, cancellationToken))
            return;
        if (options.LacksKey)
            list.Warning(Name, $"{(Sentence)PrivacyOptions.KeyIsMissing}.");
        else if (options.AfterUnfollow == AfterUnfollow.Keep)
            list.Ok(Name, "people who unfollow are kept (Privacy:AfterUnfollow)");
        else
            list.Ok(Name, options.AfterUnfollow == AfterUnfollow.Delete ? $"people are deleted {DurationText.Of(options.Delay)} after they unfollowed" : (Sentence)$"people are anonymised {DurationText.Of(options.Delay)} after they unfollowed");
    }

    private static async Task<bool> IsWrongKeyAsync(PrivacyOptions options, HashKeyStore hashKeys, CheckList list, CancellationToken cancellationToken)
    {
        try
        {
            HashKeyState key = await hashKeys.ReadAsync(cancellationToken);
            if (key != HashKeyState.Another && !(options.LacksKey && key == HashKeyState.Missing))
                return false;
            list.Failed(Name, $"{(key == HashKeyState.Another ? (Sentence)PrivacyOptions.KeyIsAnother : (Sentence)PrivacyOptions.KeyIsLost)}.");
            return true;
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException)
        {
            list.Failed(Name, exception);
            return true;
        }
    }
}
