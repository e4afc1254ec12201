using System.CommandLine;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Database.Schema;
using FollowerSync.Nodes;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.CommandLine;

/// <summary><c>migrate</c>: applies the scripts of <c>db/migrations</c> that the database lacks, and makes the views of <c>db/views</c> anew when they changed.</summary>
internal static class MigrateVerb
{
    public static Verb Create(CommandContext context, BuildHost buildHost)
    {
        Verb verb = new("migrate", context.Say("Brings the schema of the database up to date."))
        {
            Examples = [("followersync migrate", "applies what is missing; does nothing when nothing is")],
            Notes =
            [
                "run, sync, plan, approve and migrate-account do this by themselves unless Database:MigrateOnStart is false. Two programs at once are safe. With Cluster:Enabled it creates the tables of the shared schedule too.",
            ],
        };
        verb.SetAction((parsed, cancellationToken) => RunAsync(context, buildHost, parsed, cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(CommandContext context, BuildHost buildHost, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.Open(context, parsed, resultsOnOutput: true, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;

        DatabaseAccess access = host.Services.GetRequiredService<DatabaseAccess>();
        await PrimarySearch.RequireAsync(access.Database, cancellationToken);
        Migrator migrator = await access.GetMigratorAsync(cancellationToken);
        MigrationStatus before = await migrator.GetStatusAsync(cancellationToken);
        IReadOnlyList<Migration> applied = await migrator.MigrateAsync(cancellationToken);
        foreach (Migration migration in applied)
            context.Tell($"applied {migration.Name}");
        if (before.ViewsAreOutOfDate || applied.Any(migration => !migration.OutsideTransaction))
            context.Tell("made the views anew");
        if (host.Services.GetRequiredService<IOptions<ClusterOptions>>().Value.Enabled)
        {
            await using NpgsqlDataSource pool = host.Services.GetRequiredService<DatabaseAccess>().BuildPool(SharedSchedule.SpareConnections, SharedSchedule.LongestStatement);
            await SharedSchedule.CreateTablesAsync(pool, cancellationToken);
            context.Tell("the tables of the shared schedule are there (schema quartz)");
        }

        MigrationStatus status = await migrator.GetStatusAsync(cancellationToken);
        context.Tell($"The schema is current, version {status.CurrentVersion}.");
        return ExitCodes.Succeeded;
    }
}
