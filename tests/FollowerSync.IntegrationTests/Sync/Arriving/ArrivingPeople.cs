using System.Security.Cryptography;
using System.Text;
using FollowerSync.Arrivals;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>Puts people into the inbox of an account, as the features that take them in do, and drains it.</summary>
internal static class ArrivingPeople
{
    public const string BatchGet = "/cgi-bin/user/info/batchget";

    private static int _number;

    /// <summary>An arrival of the account that differs from every other one.</summary>
    public static Arrival Arrival(
        this SyncedAccount account, string openId, string kind = ArrivalKinds.Subscribe, bool trusted = true, DateTimeOffset? at = null, string? key = null)
    {
        ArrivalSource source = kind switch
        {
            ArrivalKinds.Visit => ArrivalSource.OAuth,
            ArrivalKinds.Import => ArrivalSource.Import,
            _ => ArrivalSource.Push,
        };
        byte[] fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes($"{Interlocked.Increment(ref _number)} {openId}"));
        return new Arrival(account.Account.AppId, fingerprint, openId, kind, key, at, source, trusted && source == ArrivalSource.Push);
    }

    /// <summary>They arrive, long enough ago to be due.</summary>
    public static async Task ArriveAsync(this SyncedAccount account, params Arrival[] arrivals)
    {
        foreach (Arrival[] some in arrivals.Chunk(10_000))
            await account.Database.RunAsync(tx => ArrivalStore.InsertAsync(tx, some), default);
        await account.Tables.ExecuteAsync("update followersync.arrivals set received_at = received_at - interval '4 seconds' where state = 'waiting' and attempts = 0");
    }

    /// <summary>A visitor comes by web authorisation.</summary>
    public static async Task VisitAsync(this SyncedAccount account, string openId)
    {
        await account.Database.RunAsync(tx => VisitorStore.VisitAsync(tx, account.Account.AppId, openId, unionId: null, nickname: null), default);
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Visit));
    }

    /// <summary>A run of arrivals, by another process; null when there was none.</summary>
    public static Task<SyncRun?> DrainAsync(this SyncedAccount account, CancellationToken cancellationToken = default) =>
        account.NewEventRunner().RunAsync(account.Account, cancellationToken);

    public static EventRunner NewEventRunner(this SyncedAccount account) => account.NewProcess().GetRequiredService<EventRunner>();

    /// <summary>How many arrivals are in a state.</summary>
    public static Task<long> CountAsync(this SyncedAccount account, string state) =>
        account.Tables.ReadAsync<long>($"select count(*) from followersync.arrivals where state = '{state}'");

    /// <summary>Whether the person follows, as stored; null = not stored.</summary>
    public static async Task<bool?> FollowsAsync(this SyncedAccount account, string openId) =>
        await account.Tables.ReadAsync<object>($"select coalesce((select subscribe::text from wechat.followers where openid = '{openId}'), '')") is string { Length: > 0 } text
            ? text == "true" : null;

    /// <summary>People whom the emulated WeChat knows, and nobody else yet.</summary>
    public static string[] NewFollowers(this SyncedAccount account, int count) => [.. Enumerable.Range(0, count).Select(_ => account.Truth.AddFollower().OpenId)];

    /// <summary>Everybody who follows in the emulated WeChat, as people nobody has listed yet.</summary>
    public static Arrival[] Everybody(this SyncedAccount account) => [.. account.Truth.Followers().Select(f => account.Arrival(f.OpenId))];

    /// <summary>How often WeChat was asked for batches.</summary>
    public static long Batches(this SyncedAccount account) => account.Emulator.Requests.Count(BatchGet);
}
