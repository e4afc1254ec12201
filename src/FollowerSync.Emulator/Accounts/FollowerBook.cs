using System.Collections.Concurrent;
using System.Text;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Accounts;

/// <summary>Who follows an account and as whom: the population at the present churn epoch, and above it the slots that tests have set.</summary>
internal sealed class FollowerBook(Population population, OpenIdCipher openIds, ProfileComposer profiles, DayBook days)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<long, Slot> _slots = new();
    private readonly ConcurrentDictionary<long, bool> _blacklist = new();
    private readonly ConcurrentDictionary<string, long> _aliases = new(StringComparer.Ordinal);
    private volatile ChurnEpoch _epoch = ChurnEpoch.Start;
    private volatile bool _hasSlots;
    private long _total = population.Followers;
    private int _version;

    /// <summary>Listed openids.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Grows with every change, for whoever caches a count.</summary>
    public int Version => Volatile.Read(ref _version);

    public ChurnEpoch Epoch => _epoch;

    /// <summary>Hears who begins or ends to follow, and when; null = nobody does.</summary>
    public Action<long, bool, DateTimeOffset>? Moved { get; set; }

    public DayBook Days => days;

    public Population Population => population;

    public ProfileComposer Profiles => profiles;

    /// <summary>The index behind an openid of this account, or −1.</summary>
    public long IndexOf(ReadOnlySpan<byte> openId)
    {
        long index = openIds.Decode(openId);
        if (index >= 0)
            return index < population.Size ? index : -1;
        return !_aliases.IsEmpty && _aliases.TryGetValue(Encoding.UTF8.GetString(openId), out index) ? index : -1;
    }

    public long IndexOf(string openId) => IndexOf(Encoding.UTF8.GetBytes(openId));

    public Slot? SlotAt(long index) => _hasSlots ? _slots.GetValueOrDefault(index) : null;

    public bool IsListed(long index, ChurnEpoch epoch) => SlotAt(index)?.Listed ?? population.Follows(index, epoch);

    public bool IsRefused(long index) => SlotAt(index) is { Refused: true };

    public bool IsBlacklisted(long index) => _blacklist.TryGetValue(index, out bool isSet) ? isSet : profiles.IsBlacklisted(index);

    public void SetBlacklisted(long index, bool isBlacklisted)
    {
        _blacklist[index] = isBlacklisted;
        Interlocked.Increment(ref _version);
    }

    public bool IsKnown(long index) => SlotAt(index) is not null || population.StateOf(index, _epoch).Follows > 0;

    public FollowerFields FieldsOf(long index, AnswerLanguage language, ProfileScratch scratch)
    {
        if (SlotAt(index) is { } slot)
            return slot.Follower.ToFields();
        ChurnEpoch epoch = _epoch;
        return profiles.Compose(index, population.StateOf(index, epoch), epoch, language, scratch);
    }

    /// <summary>The profile the person has, or would have on following now.</summary>
    public EmulatedFollower AsFollower(long index)
    {
        if (SlotAt(index) is { } slot && slot.Follower.Subscribe)
            return slot.Follower;
        ChurnEpoch epoch = _epoch;
        PersonState state = population.StateOf(index, epoch) with { Following = true };
        FollowerFields fields = profiles.Compose(index, state, epoch, AnswerLanguage.SimplifiedChinese, new ProfileScratch());
        return fields.ToFollower() with { OpenId = OpenIdAt(index) };
    }

    public void WriteOpenId(long index, BodyBuffer body)
    {
        if (SlotAt(index) is { } slot)
        {
            body.TextContent(Encoding.UTF8.GetBytes(slot.Follower.OpenId));
            return;
        }
        openIds.Encode(index, body.Reserve(OpenIdCipher.Length));
        body.Advance(OpenIdCipher.Length);
    }

    public string OpenIdAt(long index) => SlotAt(index)?.Follower.OpenId ?? openIds.Encode(index);

    public void Set(long index, Slot slot)
    {
        lock (_gate)
        {
            int before = IsListed(index, _epoch) ? 1 : 0;
            _slots[index] = slot;
            _hasSlots = true;
            if (openIds.Decode(Encoding.UTF8.GetBytes(slot.Follower.OpenId)) != index)
                _aliases[slot.Follower.OpenId] = index;
            int after = slot.Listed ? 1 : 0;
            Volatile.Write(ref _total, _total + after - before);
            days.Add(came: Math.Max(0, after - before), left: Math.Max(0, before - after));
            Interlocked.Increment(ref _version);
            if (after != before)
                Moved?.Invoke(index, after > before, days.Now);
        }
    }

    /// <summary>Fills a place in the middle of the list that nobody has ever had.</summary>
    public Slot Add(Func<long, Slot> make)
    {
        lock (_gate)
        {
            long index = FreeIndex();
            Slot slot = make(index);
            Set(index, slot);
            return slot;
        }
    }

    public ChurnCounts Churn(double share, DateTimeOffset now)
    {
        lock (_gate)
        {
            ChurnEpoch before = _epoch;
            ChurnEpoch after = before.After(share, now);
            ChurnTally tally = default;
            for (long index = 0; index < population.Size; index++)
            {
                if (population.HasChanged(index, after) && SlotAt(index) is null)
                    tally.Add(population.StateOf(index, before), population.StateOf(index, after));
            }
            _epoch = after;
            Volatile.Write(ref _total, _total + tally.NetFollowers);
            days.Add(tally.Counts.Followed + tally.Counts.Returned, tally.Counts.Left);
            Interlocked.Increment(ref _version);
            Tell(before, after, now);
            return tally.Counts;
        }
    }

    private void Tell(ChurnEpoch before, ChurnEpoch after, DateTimeOffset at)
    {
        for (long index = 0; Moved is not null && index < population.Size; index++)
        {
            if (!population.HasChanged(index, after) || SlotAt(index) is not null)
                continue;
            bool follows = population.Follows(index, after);
            if (follows != population.Follows(index, before))
                Moved(index, follows, at);
        }
    }

    private long FreeIndex()
    {
        long places = population.Size - population.Followers;
        long start = SeededHash.Of(population.Seed, Version, 0x40).Below((int)places);
        for (long i = 0; i < places; i++)
        {
            long index = population.Followers + ((start + i) % places);
            if (!IsKnown(index))
                return index;
        }
        throw new InvalidOperationException($"All {places} places for newcomers of this account are taken; start it with more followers.");
    }
}
