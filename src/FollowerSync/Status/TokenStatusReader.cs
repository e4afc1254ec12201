using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Sharing;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.Status;

/// <summary>Reads how the token of an account of the settings stands, who else fetches one, and who gets ours.</summary>
internal sealed class TokenStatusReader(AccessTokenStore stored, TokenConflicts conflicts, TokenMirrors mirrors, MirrorStore mirrored)
{
    /// <param name="status">The account's.</param>
    /// <param name="account">The account.</param>
    /// <param name="now">Of the database.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The status with what is known of the token.</returns>
    public async Task<AccountStatus> AddAsync(AccountStatus status, AccountOptions account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (_, TokenStatus? token) = await ReadAsync(account, now, cancellationToken);
        (long replacements, Sentence? cause) = await conflicts.FindAsync(account, cancellationToken);
        return status with
        {
            Configured = true,
            Token = token,
            TokenReplacementsLastHour = replacements,
            TokenConflict = cause,
            TokenMirrors = await ReadMirrorsAsync(account, cancellationToken),
        };
    }

    /// <summary>The stored token, and how it stands; nulls when none is.</summary>
    public async Task<(AccessToken? Token, TokenStatus? Status)> ReadAsync(AccountOptions account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        AccessToken? token = await stored.ReadAsync(account, cancellationToken);
        return token is null
            ? (null, null) : (token, new TokenStatus(account.TokenSource, now + token.Left - token.Lifetime, now + token.Left, Math.Max(0, (long)token.Left.TotalSeconds)));
    }

    /// <summary>The mirrors of the settings, and how they stand; none for a token that another program keeps in Redis.</summary>
    public async Task<IReadOnlyList<MirrorState>> ReadMirrorsAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        if (!TokenMirror.Takes(account) || !mirrors.All.Any())
            return [];
        List<MirrorState> known = await mirrored.ReadAsync(account.AppId, cancellationToken);
        return [.. mirrors.All.Select(mirror => known.Find(state => state.Mirror == mirror.Name) ?? new MirrorState(mirror.Name, null, null, null))];
    }
}
