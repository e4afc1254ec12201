using System.Data.Common;
using FollowerSync.Accounts;
using FollowerSync.Nodes;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>The schedule that the nodes of a cluster share: Quartz' tables in the schema <c>quartz</c> of the worker's database.</summary>
internal static class SharedSchedule
{
    /// <summary>Key of its data source.</summary>
    public const string DataSourceKey = "schedule";

    /// <summary>Connections it needs beside one for each run.</summary>
    public const int SpareConnections = 5;

    /// <summary>Longest time a statement of it may take; a primary that vanished without a word is given up then.</summary>
    public static readonly TimeSpan LongestStatement = TimeSpan.FromSeconds(15);

    /// <summary>Longest time until a node looks again for a database that was away: one that is back has it checked in long before <see cref="SchedulerPulse"/> misses that.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private const string TablePrefix = "quartz.qrtz_";

    // Takes the row that every node waits for. Whoever stands still with it is sent away by the server before the others give up waiting: set here, for this transaction,
    // since what is set for a session is another one's behind a pooler.
    private const string LockSql =
        """
        select * from {0}LOCKS
        where SCHED_NAME = @schedulerName and LOCK_NAME = @lockName and pg_catalog.set_config('idle_in_transaction_session_timeout', '10s', true) <> ''
        for update
        """;

    /// <summary>Has the scheduler share its schedule. One firing at a time is taken, as a run lasts for minutes: what is due at the same moment is shared out. Nobody fires
    /// what he cannot run.</summary>
    /// <param name="quartz">The scheduler.</param>
    /// <param name="cluster">Which cluster.</param>
    /// <param name="accounts">Whose syncs this node can run.</param>
    /// <param name="creates">Whether missing tables are created; otherwise a node without them does not start.</param>
    public static void Use(IQuartzBuilder quartz, ClusterOptions cluster, IEnumerable<AccountOptions> accounts, bool creates)
    {
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.InstanceName = cluster.Name;
            // A name given twice by mistake is still two nodes, and a pod of the same name another than the one before.
            scheduler.InstanceId = $"{OwnNode.Of(cluster).Name} {ProcessIdentity.Host.Split('/')[1]} {ProcessIdentity.Current}";
            scheduler.MaxBatchSize = 1;
            scheduler.IdleWaitTime = cluster.CheckIn;
            foreach (AccountOptions account in accounts)
                scheduler.ServedExecutionGroups.Add(account.AppId);
        });
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(source => source.DataSourceServiceKey = DataSourceKey);
            store.UseClustering(clustering => (clustering.CheckinInterval, clustering.CheckinMisfireThreshold) = (cluster.CheckIn, cluster.Threshold));
            store.ConfigureStore(options =>
            {
                Store(options, creates);
                // Else a trigger would be taken before the lock is, and with it what the lock's statement sets.
                options.AcquireTriggersWithinLock = true;
                options.RecoverFiringsCancelledByShutdown = true;
                options.DbRetryInterval = cluster.CheckIn < LongestWait ? cluster.CheckIn : LongestWait;
            });
        });
    }

    /// <summary>Creates the tables that are missing, for nodes that may not.</summary>
    public static Task CreateTablesAsync(DbDataSource database, CancellationToken cancellationToken) => PrepareAsync(database, creates: true, cancellationToken);

    /// <summary>Looks whether a node can start with the tables that are there.</summary>
    /// <exception cref="SchedulerException">It cannot; the text says what is wrong with them.</exception>
    public static Task RequireTablesAsync(DbDataSource database, CancellationToken cancellationToken) => PrepareAsync(database, creates: false, cancellationToken);

    private static async Task PrepareAsync(DbDataSource database, bool creates, CancellationToken cancellationToken)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddQuartz(quartz => quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(source => source.DataSourceFactory = _ => database);
            store.ConfigureStore(options => Store(options, creates));
        }));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IScheduler scheduler = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
        await scheduler.Shutdown(waitForJobsToComplete: false, cancellationToken);
    }

    private static void Store(AdoJobStoreOptions options, bool creates)
    {
        options.TablePrefix = TablePrefix;
        options.SelectWithLockSql = LockSql;
        options.StoreJobDataAsStrings = true;
        options.SchemaProvisioning = creates ? SchemaProvisioning.CreateIfMissing : SchemaProvisioning.Validate;
    }
}
