using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine.Demo;

/// <summary>Lets somebody follow the fake account, and shows how the row comes into the table without a sync.</summary>
internal sealed class DemoArrival(CommandContext context, FollowerDatabase database)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="account">The fake account.</param>
    /// <param name="listener">The worker's public listener.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ShowAsync(EmulatedAccount account, string listener, CancellationToken cancellationToken)
    {
        account.PushTo(new EmulatedPushOptions { Url = new Uri($"{listener}/wechat/{account.AppId}") });
        long start = context.Time.GetTimestamp();
        EmulatedFollower person = account.AddFollower();
        context.Tell("");
        context.Tell($"Somebody follows. The fake WeChat pushes it, encrypted, to {listener}/wechat/{account.AppId}; the worker stores the push, asks WeChat who it is, and stores the answer.");
        string sql = $"select nickname, subscribe, subscribe_time from wechat.followers where openid = '{person.OpenId}'";
        context.Tell(Sentence.Foreign($"sql> {sql};"));
        (string? Nickname, bool Subscribe, DateTimeOffset Since)? row = await WaitAsync(sql, start, cancellationToken);
        if (row is { } found)
            context.Tell($"     {found.Nickname} | {found.Subscribe} | {found.Since:yyyy-MM-dd HH:mm:ss}Z    ({context.Time.GetElapsedTime(start).TotalSeconds:0.0} s after the follow)");
        else
            context.Tell($"     no row after {Longest.TotalSeconds:0} s; followersync.arrivals and the log say why.");
    }

    private async Task<(string?, bool, DateTimeOffset)?> WaitAsync(string sql, long start, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, context.Time);
        while (context.Time.GetElapsedTime(start) < Longest && await timer.WaitForNextTickAsync(cancellationToken))
        {
            List<(string?, bool, DateTimeOffset)> rows = await database.RunAsync(tx => tx.ReadAllAsync<(string?, bool, DateTimeOffset)>(sql), cancellationToken);
            if (rows.Count > 0)
                return rows[0];
        }

        return null;
    }
}
