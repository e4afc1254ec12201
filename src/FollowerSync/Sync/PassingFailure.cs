using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>Whether what went wrong may be over in some minutes, without anybody mending anything. Asks each kind of error what it says of itself.</summary>
internal static class PassingFailure
{
    public static bool Is(Exception? exception) => exception switch
    {
        WeChatApiException failure => failure.Due.IsPassing,
        RunActiveException or ListingLostException or LeaseLostException { IsForgotten: true } => true,
        OperationCanceledException => false,
        _ => DatabaseFailure.IsPassing(exception),
    };
}
