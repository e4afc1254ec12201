using FollowerSync.WeChat.Errors;

namespace FollowerSync.Readings;

/// <summary>One thing that is read of an account.</summary>
internal interface IAccountPart
{
    /// <summary>Its name in <c>followersync.account_readings</c>.</summary>
    public string Name { get; }

    /// <summary>Reads and stores it.</summary>
    /// <exception cref="WeChatApiException">WeChat did not give it; nothing was stored.</exception>
    /// <exception cref="ListingBrokenException">What WeChat gave is not the whole: nothing was stored that only the whole would prove.</exception>
    public Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>When there is something new to read, after it was read now.</summary>
    public DateTimeOffset NextAt(DateTimeOffset now);
}
