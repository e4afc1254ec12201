using FollowerSync.Accounts;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sharing;

/// <summary>Looks now and then whether the mirrors still have the tokens: a cache that was emptied or away gets them again.</summary>
internal sealed class MirrorKeeping(TokenMirrors mirrors, IOptions<WeChatOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>Looking costs a query of a tiny table and a command to the cache.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            mirrors.Announce([.. options.Value.Accounts]);
        }
        while (mirrors.All.Any() && await timer.WaitForNextTickAsync(stoppingToken));
    }
}
