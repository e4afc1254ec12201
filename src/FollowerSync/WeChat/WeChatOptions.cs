namespace FollowerSync.WeChat;

/// <summary>Section <c>WeChat</c>: where the API is, how patient the client is, and the accounts to mirror.</summary>
internal sealed class WeChatOptions
{
    public const string Section = "WeChat";

    /// <summary>Address of the API; an absolute http or https address without path. Default <c>https://api.weixin.qq.com</c>.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.weixin.qq.com");

    /// <summary>Addresses to move to after several failures in a row, in this order (WeChat runs <c>api2</c>, <c>sh.api</c>, … for this). Default none.</summary>
    public IList<Uri> FallbackAddresses { get; set; } = [];

    /// <summary>The Official Accounts to mirror; at least one, each AppId and each name once.</summary>
    public IList<AccountOptions> Accounts { get; set; } = [];

    /// <summary>Time one attempt of one call may take. Default 30 s, range 1 s to 5 min.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call that failed for a passing reason is tried again. Default 5, range 0 to 20.</summary>
    public int Retries { get; set; } = 5;

    /// <summary>Wait before the first retry; doubles with each further one, with jitter. Default 1 s, range 10 ms to 1 min.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a retry. Default 30 s, range 10 ms to 10 min.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);
}
