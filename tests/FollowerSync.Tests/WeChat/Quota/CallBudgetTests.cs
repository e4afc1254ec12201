using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.WeChat.Quota;

public sealed class CallBudgetTests
{
    // A minute before midnight in Beijing.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 15, 59, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_run_that_goes_on_past_midnight_has_the_calls_of_the_new_day()
    {
        long used = 495;
        using CallBudget budget = new(reservePercent: 0, (_, _) => Task.FromResult(used), (_, _, _) => Task.CompletedTask, _time);
        for (int call = 0; call < 5; call++)
            await TakeAsync(budget, used);
        WeChatApiException spent = await Should.ThrowAsync<WeChatApiException>(() => TakeAsync(budget, used));
        spent.Reaction.ShouldBe(Reaction.QuotaSpent);

        _time.Advance(TimeSpan.FromMinutes(2));
        used = 0;

        for (int call = 0; call < 500; call++)
            await TakeAsync(budget, used);
        await Should.ThrowAsync<WeChatApiException>(() => TakeAsync(budget, used));
    }

    private static Task TakeAsync(CallBudget budget, long used) =>
        budget.TakeAsync(WeChatApi.UserGet, _ => Task.FromResult<QuotaAnswer?>(new QuotaAnswer(500, used, 500 - used)), default).AsTask();
}
