using FollowerSync.Arrivals;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.IntegrationTests.Sync.Arriving;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>Lets people follow, leave, come for a minute and flap by a seed, and has WeChat tell of all of it by messages that come late, twice and in
/// any order; or not at all. Keeps the truth.</summary>
internal sealed class ToldLife(SyncedAccount account, SimulatedClock clock, int lostInAHundred)
{
    private readonly Random _dice = new(20_261_125);
    private readonly List<string> _away = [];
    private readonly List<(DateTimeOffset Due, Arrival Message)> _underWay = [];
    private readonly List<(string OpenId, string Text)> _sent = [];

    public List<(string OpenId, DateTimeOffset FollowedAt, DateTimeOffset? LeftAt)> Episodes { get; } =
        [.. account.Truth.Followers().Select(f => (f.OpenId, DateTimeOffset.FromUnixTimeSeconds(f.SubscribeTime), (DateTimeOffset?)null))];

    /// <summary>The messages about a person, for a test that fails.</summary>
    public IEnumerable<string> MessagesOf(string openId) => _sent.Where(m => m.OpenId == openId).Select(m => m.Text);

    /// <summary>Follows by a QR code of which a message was sent.</summary>
    public int Scans { get; private set; }

    /// <summary>What happens around an hour of the day.</summary>
    public async Task LiveAsync()
    {
        string[] people = [.. account.Truth.Followers().Select(f => f.OpenId)];
        _dice.Shuffle(people);
        await LeaveAsync(people[0]);
        await FollowAsync(account.Truth.AddFollower(), "qrscene_shop");

        // For half a minute.
        EmulatedFollower visitor = account.Truth.AddFollower();
        await FollowAsync(visitor, key: null);
        await PassAsync(_dice.Next(0, 40));
        await LeaveAsync(visitor.OpenId);

        // Away for a moment, or for less than a second.
        await LeaveAsync(people[1]);
        await PassAsync(_dice.Next(0, 3));
        await ReturnAsync(people[1]);

        if (_away.Count > 20)
            await ReturnAsync(_away[_dice.Next(_away.Count)]);
    }

    /// <summary>Delivers what has been long enough under way, in any order.</summary>
    public async Task DeliverAsync(bool all = false)
    {
        Arrival[] due = [.. _underWay.Where(m => all || m.Due <= clock.GetUtcNow()).Select(m => m.Message)];
        _underWay.RemoveAll(m => all || m.Due <= clock.GetUtcNow());
        _dice.Shuffle(due);
        await account.ArriveAsync(due);
    }

    public int FollowedOn(DateTimeOffset day) => Episodes.Count(e => IsOn(day, e.FollowedAt));

    public int ReturnedOn(DateTimeOffset day) => Episodes.Where((e, i) => IsOn(day, e.FollowedAt) && Episodes.Take(i).Any(o => o.OpenId == e.OpenId)).Count();

    public int LeftOn(DateTimeOffset day) => Episodes.Count(e => IsOn(day, e.LeftAt));

    public int FollowingAtTheEndOf(DateTimeOffset day) => Episodes.Count(e => e.FollowedAt < day.AddDays(1) && !(e.LeftAt < day.AddDays(1)));

    private static bool IsOn(DateTimeOffset day, DateTimeOffset? moment) => moment >= day && moment < day.AddDays(1);

    private Task ReturnAsync(string openId) => FollowAsync(account.Truth.Follow(openId), _dice.Next(2) == 0 ? "qrscene_9" : null);

    private async Task FollowAsync(EmulatedFollower person, string? key)
    {
        _away.Remove(person.OpenId);
        Episodes.Add((person.OpenId, DateTimeOffset.FromUnixTimeSeconds(person.SubscribeTime), null));
        Tell(ArrivalKinds.Subscribe, person.OpenId, key);
        await PassAsync(7);
    }

    private async Task LeaveAsync(string openId)
    {
        account.Truth.Unfollow(openId);
        _away.Add(openId);
        int last = Episodes.FindLastIndex(e => e.OpenId == openId);
        Episodes[last] = Episodes[last] with { LeftAt = clock.GetUtcNow() };
        Tell(ArrivalKinds.Unsubscribe, openId, key: null);
        await PassAsync(_dice.Next(2) * 11);
    }

    private Task PassAsync(int seconds) => clock.AdvanceAsync(account.Tables, TimeSpan.FromSeconds(seconds));

    private void Tell(string kind, string openId, string? key)
    {
        if (_dice.Next(100) < lostInAHundred)
            return;
        Scans += key is null ? 0 : 1;
        Arrival message = account.Arrival(openId, kind, at: clock.GetUtcNow(), key: key);
        for (int copies = _dice.Next(10) == 0 ? 2 : 1; copies > 0; copies--)
        {
            _underWay.Add((clock.GetUtcNow().AddHours(_dice.Next(4) == 0 ? _dice.Next(1, 20) : 0), message));
            _sent.Add((openId, $"{kind} {clock.GetUtcNow():s}, delivered after {_underWay[^1].Due:s}"));
        }
    }
}
