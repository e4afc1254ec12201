using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.Status;

/// <summary>Reads how the token of an account of the settings stands, and who else fetches one.</summary>
internal sealed class TokenStatusReader(AccessTokenStore stored, TokenConflicts conflicts, FollowerDatabase database)
{
    /// <summary>The status with what is known of the token.</summary>
    public async Task<AccountStatus> AddAsync(AccountStatus status, AccountOptions account, CancellationToken cancellationToken)
    {
        DateTimeOffset now = await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken);
        AccessToken? token = await stored.ReadAsync(account, cancellationToken);
        (long replacements, string? cause) = await conflicts.FindAsync(account, cancellationToken);
        return status with
        {
            Configured = true,
            Token = token is null ? null : new TokenStatus(account.TokenSource, now + token.Left, Math.Max(0, (long)token.Left.TotalSeconds)),
            TokenReplacementsLastHour = replacements,
            TokenConflict = cause,
        };
    }
}
