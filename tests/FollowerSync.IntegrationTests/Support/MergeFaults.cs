namespace FollowerSync.IntegrationTests.Support;

/// <summary>Lets PostgreSQL fail in the middle of a merge, after its rows were written and before they are committed, where merges come one after the other: at
/// the run's counts. Which of them are struck is counted by a sequence, which no rollback sets back.</summary>
internal static class MergeFaults
{
    /// <summary>Strikes the merges from the n-th on, so many of them.</summary>
    public static Task FailMergesAsync(this TestDatabase database, int from, int count, string action) => database.ExecuteAsync(
        $"""
        create sequence public.merges;
        create function public.fail_merge() returns trigger language plpgsql as $$
        declare
            merge bigint := nextval('public.merges');
        begin
            if merge between {from} and {from + count - 1} then
                {action};
            end if;
            return null;
        end $$;
        create trigger fail_merge after update on wechat.sync_runs for each row
        when ((new.added, new.changed, new.unchanged) is distinct from (old.added, old.changed, old.unchanged)) execute function public.fail_merge();
        """);

    public static Task EndMergeFaultsAsync(this TestDatabase database) => database.ExecuteAsync("drop trigger fail_merge on wechat.sync_runs");

    public static string Raise(string sqlState) => $"raise exception 'told to fail' using errcode = '{sqlState}'";
}
