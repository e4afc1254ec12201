using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary>Section <c>WeChat</c>: where the API is, how patient the client is, and the accounts to mirror.</summary>
internal sealed class WeChatOptions : ISettingsRules
{
    public const string Section = "WeChat";

    /// <summary>Address of the API; an absolute http or https address without path. Default <c>https://api.weixin.qq.com</c>.</summary>
    [HttpAddress, NotEmpty]
    public Uri BaseAddress { get; set; } = new("https://api.weixin.qq.com");

    /// <summary>Addresses to move to after several failures in a row, in this order (WeChat runs <c>api2</c>, <c>sh.api</c>, … for this). Default none.</summary>
    [HttpAddress]
    public IList<Uri> FallbackAddresses { get; set; } = [];

    /// <summary>Address visitors are sent to for web authorisation; an absolute http or https address without path. Default <c>https://open.weixin.qq.com</c>.</summary>
    [HttpAddress, NotEmpty]
    public Uri AuthorizeAddress { get; set; } = new("https://open.weixin.qq.com");

    /// <summary>The Official Accounts to mirror; at least one, each AppId and each name once.</summary>
    public IList<AccountOptions> Accounts { get; set; } = [];

    /// <summary>Time one attempt of one call may take. Default 30 s, range 1 s to 5 min.</summary>
    [DurationRange("00:00:01", "00:05:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call that failed for a passing reason is tried again. Default 5, range 0 to 20.</summary>
    [NumberRange(0, 20)]
    public int Retries { get; set; } = 5;

    /// <summary>Wait before the first retry; doubles with each further one, with jitter. Default 1 s, range 10 ms to 1 min.</summary>
    [DurationRange("00:00:00.010", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a retry. Default 30 s, range 10 ms to 10 min.</summary>
    [DurationRange("00:00:00.010", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (Accounts.Count == 0)
            yield return new SettingsFault(nameof(Accounts), "must have at least one account: Accounts[0]:AppId and Accounts[0]:AppSecret");
        if (RetryDelay > MaxRetryDelay)
            yield return new SettingsFault(nameof(RetryDelay), $"must not be longer than {nameof(MaxRetryDelay)}", Sentence.Foreign($"\"{RetryDelay}\""));

        for (int index = 1; index < Accounts.Count; index++)
        {
            AccountOptions account = Accounts[index];
            int sameId = IndexOf(index, other => string.Equals(other.AppId, account.AppId, StringComparison.OrdinalIgnoreCase));
            if (sameId >= 0 && account.AppId.Length > 0)
                yield return new SettingsFault($"{nameof(Accounts)}[{index}]:AppId", $"must differ from that of Accounts[{sameId}]", ShownValue.Of(account.AppId, secret: false));
            int sameName = IndexOf(index, other => string.Equals(other.DisplayName, account.DisplayName, StringComparison.OrdinalIgnoreCase));
            if (sameName >= 0 && sameId < 0)
                yield return new SettingsFault($"{nameof(Accounts)}[{index}]:Name", $"must differ from that of Accounts[{sameName}]", ShownValue.Of(account.DisplayName, secret: false));
        }
    }

    private int IndexOf(int before, Func<AccountOptions, bool> same)
    {
        for (int index = 0; index < before; index++)
            if (same(Accounts[index]))
                return index;
        return -1;
    }
}
