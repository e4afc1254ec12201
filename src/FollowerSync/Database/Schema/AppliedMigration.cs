namespace FollowerSync.Database.Schema;

/// <summary>A row of <c>followersync.schema_migrations</c>.</summary>
internal sealed record AppliedMigration(int Version, string Name, string Checksum, string AppliedBy);
