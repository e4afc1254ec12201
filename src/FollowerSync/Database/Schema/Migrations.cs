namespace FollowerSync.Database.Schema;

/// <summary>The scripts the program brings along, in order and without a gap.</summary>
internal static class Migrations
{
    /// <summary>What lay in <c>db/migrations</c> when the program was built.</summary>
    public static IReadOnlyList<Migration> Embedded() =>
        InOrder(EmbeddedScripts.Read("db/migrations/").Select(script => Migration.Parse(script.Name, script.Sql)));

    /// <exception cref="MigrationException">A version is there twice or left out; forward-only scripts count 1, 2, 3, ….</exception>
    public static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> migrations)
    {
        Migration[] ordered = [.. migrations.OrderBy(migration => migration.Version).ThenBy(migration => migration.Name, StringComparer.Ordinal)];
        for (int index = 0; index < ordered.Length; index++)
        {
            if (index > 0 && ordered[index].Version == ordered[index - 1].Version)
                throw new MigrationException(
                    $"The migrations {ordered[index - 1].Name} and {ordered[index].Name} have the same version.", "Give the newer one the next free version.");
            if (ordered[index].Version != index + 1)
                throw new MigrationException(
                    $"Migration {index + 1:0000} is missing before {ordered[index].Name}.", "Put the script back: a released migration is never taken out.");
        }

        return ordered;
    }
}
