namespace FollowerSync.Database;

/// <summary>A place up to which the server keeps its log for a reader.</summary>
internal sealed record ReplicationSlot
{
    public string Name { get; init; } = "";

    /// <summary>Whether its reader is there.</summary>
    public bool Active { get; init; }

    /// <summary>Whether the server has thrown away what the reader needs.</summary>
    public bool Lost { get; init; }

    /// <summary>How much of the log is kept for it, in words.</summary>
    public string Kept { get; init; } = "";
}

/// <summary>The slots of the server, whoever made them: a reader that stays away fills the disk of us all.</summary>
/// <param name="All">By their names.</param>
/// <param name="AreBounded">Whether the server gives a slot up before the disk is full.</param>
internal sealed record ReplicationSlots(IReadOnlyList<ReplicationSlot> All, bool AreBounded)
{
    private const string Sql =
        """
        select slot_name::text as name, active, coalesce(wal_status = 'lost', false) as lost,
               coalesce(pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 'nothing') as kept
        from pg_replication_slots
        where not temporary
        order by slot_name
        """;

    private const string BoundSql = "select setting <> '-1' from pg_settings where name = 'max_slot_wal_keep_size'";

    public static Task<ReplicationSlots> ReadAsync(FollowerDatabase database, CancellationToken cancellationToken) => database.RunAsync(
        async tx => new ReplicationSlots(await tx.ReadAllAsync<ReplicationSlot>(Sql), await tx.ReadOrDefaultAsync<bool>(BoundSql)), cancellationToken);
}
