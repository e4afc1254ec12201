using FollowerSync.Accounts;
using FollowerSync.WeChat.Calls;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat.Tokens;

/// <summary>How long a token's lock may be held, by the settings that say how long a fetch may take.</summary>
internal sealed class TokenLockTimes(IOptions<TokenOptions> token, IOptions<WeChatOptions> weChat)
{
    /// <summary>With jitter: the wait after WeChat's word that the minute's calls are spent.</summary>
    private static readonly TimeSpan UntilNextMinute = TimeSpan.FromSeconds(65);

    /// <summary>The longest time between two statements of a fetch: a wait and an attempt, and the repeats that are left out because nothing comes back from WeChat.</summary>
    public TimeSpan LongestPause => LongestAttempt + (weChat.Value.Retries * CallResilience.LongestLeftAlone);

    /// <summary>The longest time of a whole fetch: the wait for one's turn, an attempt, and its repeats, made or left out.</summary>
    public TimeSpan LongestHold => (weChat.Value.Retries + 2) * LongestAttempt;

    /// <summary>The wait for one's turn or before a repeat, and an attempt, which calls a token service twice at most.</summary>
    private TimeSpan LongestAttempt =>
        new[] { token.Value.ReplaceInterval, weChat.Value.MaxRetryDelay, UntilNextMinute }.Max() + (2 * weChat.Value.AttemptTimeout);
}
