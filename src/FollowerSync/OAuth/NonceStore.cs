using FollowerSync.Database;

namespace FollowerSync.OAuth;

/// <summary>Writes <c>followersync.oauth_nonces</c>: which states are spent, on whichever machine.</summary>
internal static class NonceStore
{
    private const string SpendSql =
        """
        insert into followersync.oauth_nonces (nonce, spent_at) values (@nonce, now()) on conflict do nothing
        """;

    private const string IsFreshSql =
        """
        select exists (select from followersync.oauth_nonces where nonce = @nonce and spent_at > now() - interval '30 seconds')
        """;

    // A few at a time, in passing: more come at no other time either. No state is worth anything for that long.
    private const string ForgetSql =
        """
        delete from followersync.oauth_nonces
        where nonce in (select nonce from followersync.oauth_nonces where spent_at < now() - interval '1 hour' order by spent_at limit 100 for update skip locked)
        """;

    public static async Task<StateUse> SpendAsync(Transaction tx, byte[] nonce)
    {
        if (await tx.ExecuteAsync(SpendSql, new { nonce }) == 0)
            return await tx.ReadAsync<bool>(IsFreshSql, new { nonce }) ? StateUse.JustNow : StateUse.Before;
        await tx.ExecuteAsync(ForgetSql);
        return StateUse.First;
    }
}
