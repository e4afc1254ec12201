using FollowerSync.Database;

namespace FollowerSync.Privacy;

/// <summary>Keeps the fingerprint of <c>Privacy:HashKey</c> in <c>followersync.hash_key</c>, so that another key is noticed before it makes other pseudonyms.</summary>
internal sealed class HashKeyStore(FollowerDatabase database, Pseudonyms pseudonyms)
{
    private const string ReadSql = "select fingerprint from followersync.hash_key";

    private const string KeepSql =
        """
        insert into followersync.hash_key (fingerprint, known_since) values (@fingerprint, now()) on conflict (one) do nothing;
        select fingerprint from followersync.hash_key;
        """;

    /// <summary>Whether the key of the settings is the one people of this database were anonymised with.</summary>
    public Task<HashKeyState> ReadAsync(CancellationToken cancellationToken) => database.RunAsync(CompareAsync, cancellationToken);

    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    public async Task<HashKeyState> CompareAsync(Transaction tx) => StateOf(await tx.ReadOrDefaultAsync<string>(ReadSql));

    /// <summary>Likewise; the first key there is becomes the one to stay with.</summary>
    public Task<HashKeyState> KeepAsync(CancellationToken cancellationToken) => database.RunAsync(
        async tx => !pseudonyms.HaveKey
            ? await CompareAsync(tx)
            : StateOf(await tx.ReadAsync<string>(KeepSql, new { fingerprint = pseudonyms.KeyFingerprint })),
        cancellationToken);

    private HashKeyState StateOf(string? stored) =>
        stored is null ? HashKeyState.NotUsedYet
        : !pseudonyms.HaveKey ? HashKeyState.Missing
        : string.Equals(stored, pseudonyms.KeyFingerprint, StringComparison.Ordinal) ? HashKeyState.Same : HashKeyState.Another;
}

/// <summary>How the key of the settings compares with the one that was used.</summary>
internal enum HashKeyState
{
    /// <summary>None was used yet.</summary>
    NotUsedYet,

    /// <summary>It is the one.</summary>
    Same,

    /// <summary>There was one, and the settings have none.</summary>
    Missing,

    /// <summary>It is another one: nobody who was anonymised would be recognised or found.</summary>
    Another,
}
