using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using Npgsql;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>Who follows the feed while several accounts are written, by transactions of any length that may fail at any place, misses nothing.</summary>
public sealed class ParallelChangesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Accounts = 4;
    private const int Transactions = 60;

    [Fact]
    public async Task A_reader_never_meets_an_id_below_one_it_has_read_and_ends_with_the_same_rows()
    {
        ChangeConsumer consumer = new(database, pageSize: 5);
        Task writers = Task.WhenAll(Enumerable.Range(0, Accounts).Select(account => Task.Run(() => WriteManyAsync(account))));
        Task<List<long>> late = LateIdsAsync(writers);
        while (!writers.IsCompleted)
            await consumer.CatchUpAsync();
        await writers;

        await consumer.CatchUpAsync();
        (await late).ShouldBeEmpty("below what could be read already");
        consumer.Read.ToArray().ShouldBe(consumer.Read.Order().ToArray(), "in the order of ids");
        consumer.Read.Count.ShouldBeGreaterThan(Accounts * Transactions);
        await consumer.ShouldEqualTableAsync();
    }

    [Fact]
    public async Task Who_commits_first_has_the_lower_number_whoever_began_first_and_a_rollback_takes_none()
    {
        FollowerDatabase followers = database.Open();
        (string early, string late) = ("wx00000000000000f1", "wx00000000000000f2");
        await followers.RunAsync(
            async tx =>
            {
                await StoreAsync(tx, early, ["o1"], remark: "begun first");
                await Should.ThrowAsync<BrokenOffException>(() => followers.RunAsync(
                    async broken =>
                    {
                        await StoreAsync(broken, late, ["o1"], remark: "rolled back");
                        await broken.FinishAsync();
                        throw new BrokenOffException();
                    },
                    default));
                await followers.RunAsync(other => StoreAsync(other, late, ["o1"], remark: "committed first"), default);
            },
            default);

        (await database.ReadAsync<long>($"select e.change_id - l.change_id from wechat.changes e, wechat.changes l where e.app_id = '{early}' and l.app_id = '{late}'")).ShouldBe(1);
    }

    /// <summary>Reads all there is, over and over, and looks for what was not there when something higher was.</summary>
    private async Task<List<long>> LateIdsAsync(Task until)
    {
        HashSet<long> seen = [];
        List<long> late = [];
        long highest = 0;
        do
        {
            long[] ids = await database.ReadAsync<long[]>("select coalesce(array_agg(change_id), array[]::bigint[]) from wechat.changes");
            late.AddRange(ids.Where(id => id < highest && !seen.Contains(id)));
            seen.UnionWith(ids);
            highest = seen.Append(0).Max();
        }
        while (!until.IsCompleted);
        return late;
    }

    private async Task WriteManyAsync(int account)
    {
        // The same in every run; what differs is who comes first.
        Random random = new(account);
        string appId = FormattableString.Invariant($"wx{account:d16}");
        for (int i = 0; i < Transactions; i++)
        {
            int number = i;
            try
            {
                await database.Open(new DatabaseOptions { Retries = 0 }).RunAsync(tx => WriteAsync(tx, random, appId, number), default);
            }
            catch (Exception exception) when (exception is BrokenOffException or NpgsqlException or DatabaseException)
            {
                // Rolled back, by us or by the server that lost the session.
            }
        }
    }

    private static async Task WriteAsync(Transaction tx, Random random, string appId, int number)
    {
        string[] openIds = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => FormattableString.Invariant($"o{random.Next(40)}")).Distinct(StringComparer.Ordinal)];
        await PauseAsync(tx, random);
        switch (random.Next(4))
        {
            case 0:
                await PersonErasure.EraseAsync(tx, appId, [openIds[0]], DeletionReason.Event, listed: 0);
                break;
            case 1:
                await BlacklistStore.StoreAsync(tx, appId, openIds, isWhole: true);
                break;
            default:
                await StoreAsync(tx, appId, openIds, FormattableString.Invariant($"note {number}"));
                break;
        }

        await PauseAsync(tx, random);
        await BreakOffAsync(tx, random);
        await tx.FinishAsync();
        await PauseAsync(tx, random);
        await BreakOffAsync(tx, random);
    }

    private static async Task StoreAsync(Transaction tx, string appId, string[] openIds, string remark)
    {
        string people = string.Join(',', openIds.Select(openId => $$"""{"subscribe":1,"openid":"{{openId}}","remark":"{{remark}}","subscribe_time":1700000000}"""));
        BatchAnswer answer = AnswerReader.ReadBatch(WeChatApi.BatchGet, System.Text.Encoding.UTF8.GetBytes($$"""{"user_info_list":[{{people}}]}"""), TimeProvider.System.GetUtcNow());
        await FollowerStore.StageAsync(tx, answer.Profiles, keepKnown: true);
        await FollowerStore.MergeAsync(tx, appId, answer.Profiles, keepKnown: true, TimeProvider.System.GetUtcNow());
    }

    // What makes transactions of one length overlap with those of another; nothing is waited for.
    private static Task<int> PauseAsync(Transaction tx, Random random) => tx.ExecuteAsync(FormattableString.Invariant($"select pg_sleep({random.NextDouble() * 0.02})"));

    private static async Task BreakOffAsync(Transaction tx, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                throw new BrokenOffException();
            case 1:
                await tx.ExecuteAsync("select pg_terminate_backend(pg_backend_pid())");
                break;
        }
    }

    private sealed class BrokenOffException : Exception;
}
