using FollowerSync.Accounts;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Calls;

/// <summary>Whose calls, where they are counted, and how they are repeated.</summary>
/// <param name="Account">The account.</param>
/// <param name="Counts">Counts the calls.</param>
/// <param name="Resilience">Repeats what failed for a passing reason.</param>
internal sealed record AccountCalls(AccountOptions Account, CallCounts Counts, CallResilience Resilience)
{
    /// <summary>APIs to leave alone.</summary>
    public IReadOnlyList<ApiStop> Stops { get; init; } = [];

    /// <summary>How long to wait for the turn to replace a token that stopped working; null = for as long as it takes.</summary>
    public TimeSpan? LongestTurn { get; init; }

    /// <summary>Asked before every attempt of a call, and throws when none may be made any more: nobody else may do the same work.</summary>
    public Func<CancellationToken, ValueTask> RequireTurn { get; init; } = static _ => ValueTask.CompletedTask;

    /// <exception cref="WeChatApiException">The API is to be left alone.</exception>
    public void RequireAllowed(string api)
    {
        if (Stops.FirstOrDefault(stop => stop.Api == api || stop.Api == ApiStop.All) is { } stop)
            throw WeChatApiException.Stopped(api, stop);
    }
}
