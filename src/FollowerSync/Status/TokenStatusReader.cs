using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.Status;

/// <summary>Reads how the token of an account of the settings stands, and who else fetches one.</summary>
internal sealed class TokenStatusReader(AccessTokenStore stored, TokenConflicts conflicts)
{
    /// <param name="status">The account's.</param>
    /// <param name="account">The account.</param>
    /// <param name="now">Of the database.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The status with what is known of the token.</returns>
    public async Task<AccountStatus> AddAsync(AccountStatus status, AccountOptions account, DateTimeOffset now, CancellationToken cancellationToken)
    {
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
