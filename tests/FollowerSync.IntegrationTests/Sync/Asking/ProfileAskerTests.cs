using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Sync.Asking;
using FsCheck;
using FsCheck.Fluent;

namespace FollowerSync.IntegrationTests.Sync.Asking;

/// <summary>Splitting a refused batch isolates exactly the refused openids, in few calls, and loses nobody.</summary>
public sealed class ProfileAskerTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";

    /// <summary>2 · log2(100): extra calls that one refused openid may cost.</summary>
    private const int ExtraCalls = 13;

    [Fact]
    public async Task One_refused_openid_stands_alone_after_thirteen_extra_calls_at_every_place_of_a_batch()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100 });
        string[] openIds = OpenIds(account);
        int most = 0;

        for (int place = 0; place < openIds.Length; place++)
            most = Math.Max(most, await AskAsync(account, openIds, [place]) - 1);

        most.ShouldBeInRange(1, ExtraCalls);
    }

    [Fact]
    public async Task Any_set_of_refused_openids_is_isolated_and_nobody_else_is_lost()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100 });
        string[] openIds = OpenIds(account);
        Gen<int[]> refused = Gen.Frequency((4, Gen.Choose(0, 5)), (1, Gen.Choose(6, 100)))
            .SelectMany(count => Gen.Shuffle(Enumerable.Range(0, 100).ToArray()).Select(places => places[..count]));

        Property property = Prop.ForAll(
            refused.ToArbitrary(),
            async places => (await AskAsync(account, openIds, places)).ShouldBeLessThanOrEqualTo(1 + (ExtraCalls * places.Length)));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), property);
    }

    /// <returns>How many calls it took.</returns>
    private static async Task<int> AskAsync(SyncedAccount account, string[] openIds, int[] refusedPlaces)
    {
        string[] refused = [.. refusedPlaces.Select(place => openIds[place])];
        account.Emulator.Faults.Clear();
        foreach (string openId in refused)
            account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = BatchGet, OpenId = openId });
        account.Emulator.Requests.Clear();

        AskedBatch batch = await new ProfileAsker(account.NewClient(), keepKnown: true).AskAsync([.. openIds.Select(openId => new Ask(openId, AskReason.New))], default);

        batch.Rejections.Select(r => r.OpenId).ShouldBe(refused, ignoreOrder: true);
        batch.Profiles.Select(p => p.OpenId).ShouldBe(openIds.Except(refused), ignoreOrder: true);
        batch.Gone.ShouldBeEmpty();
        return (int)account.Emulator.Requests.Count(BatchGet);
    }

    private static string[] OpenIds(SyncedAccount account) => [.. account.Truth.Followers().Select(f => f.OpenId)];
}
