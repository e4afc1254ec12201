using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>The row of <c>followersync.schema_views</c>: which views stand in the database, and who made them.</summary>
/// <param name="Checksum">That of the <see cref="ViewSet"/>; empty while the views are taken away in the middle of an upgrade.</param>
/// <param name="MadeBy">Version of the program that made them.</param>
/// <param name="IsWhole">No view is missing.</param>
internal sealed record StoredViews(string Checksum, string MadeBy, bool IsWhole)
{
    /// <summary>The schema has to exist; null = no views were made yet.</summary>
    public static Task<StoredViews?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Select = """
            select checksum, made_by as madeby,
                   not exists (
                       select from unnest(names) wanted
                        where not exists (
                            select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                             where n.nspname = 'wechat' and c.relname = wanted and c.relkind = 'v')) as iswhole
              from followersync.schema_views
            """;
        return connection.QuerySingleOrDefaultAsync<StoredViews>(new CommandDefinition(Select, cancellationToken: cancellationToken));
    }

    /// <summary>Whether a program that brings <paramref name="views"/> has to make them anew. What a newer program made it leaves alone.</summary>
    public static bool AreOutOfDate(StoredViews? stored, ViewSet views)
    {
        if (stored is null)
            return views.Scripts.Count > 0;
        if (stored.Checksum.Length > 0 && ProgramVersion.IsNewer(stored.MadeBy, views.ProgramVersion))
            return false;
        return stored.Checksum != views.Checksum || !stored.IsWhole;
    }
}
