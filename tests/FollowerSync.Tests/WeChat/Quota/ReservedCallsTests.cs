using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Tests.WeChat.Quota;

/// <summary>Calls are in the ledger before they are made, so that a node that dies has not called unseen, and two nodes share an account's quota.</summary>
public sealed class ReservedCallsTests : IDisposable
{
    private const string Api = WeChatApi.BatchGet;
    private const long AtOnce = 20;

    private readonly CallBudget _budget = new(reservePercent: 0, (_, _) => Task.FromResult(0L), (_, _, _) => Task.CompletedTask, TimeProvider.System);
    private readonly CallCounts _counts = new();
    private long _ledger;

    [Fact]
    public async Task The_ledger_never_has_fewer_calls_than_were_made_and_in_the_end_as_many()
    {
        for (int call = 1; call <= 45; call++)
        {
            await CallAsync();
            _ledger.ShouldBeGreaterThanOrEqualTo(call);
        }

        _ledger.ShouldBe(60);
        _counts.Unwritten.ShouldBeEmpty("nothing of them is written twice");
        _counts.Unsettled[Api].ShouldBe(45 - 60);
    }

    [Fact]
    public async Task What_another_node_has_called_counts_against_the_same_quota()
    {
        await CallAsync();
        _ledger = 3_000;
        int made = 1;

        WeChatApiException spent = await Should.ThrowAsync<WeChatApiException>(async () =>
        {
            for (; made < 100; made++)
                await CallAsync(new QuotaAnswer(DailyLimit: 3_010, Used: 3_000, Remain: 10));
        });

        spent.Reaction.ShouldBe(Reaction.QuotaSpent);
        made.ShouldBe(20 + 10, "those it had reserved, and those that are left");
    }

    public void Dispose() => _budget.Dispose();

    private async Task CallAsync(QuotaAnswer? quota = null)
    {
        await _budget.TakeAsync(Api, _ => Task.FromResult(quota), default);
        await _budget.ReserveAsync(Api, () => _counts.IsReserved(Api), ReserveAsync, default);
        _counts.CountCall(Api);
    }

    private Task<long> ReserveAsync()
    {
        long before = _ledger;
        _ledger += AtOnce;
        _counts.Reserved(Api, AtOnce, new DateOnly(2026, 11, 27));
        return Task.FromResult(before);
    }
}
