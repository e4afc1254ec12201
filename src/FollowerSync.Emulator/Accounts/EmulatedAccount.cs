using FollowerSync.Emulator.People;
using FollowerSync.Emulator.Tokens;
using FollowerSync.Emulator.Visitors;

namespace FollowerSync.Emulator.Accounts;

/// <summary>One Official Account: the truth about its followers, and the levers that a test pulls.</summary>
public sealed class EmulatedAccount
{
    private readonly EmulatorOptions _options;

    internal EmulatedAccount(EmulatorOptions options, EmulatedAccountOptions account, int ordinal)
    {
        _options = options;
        AppId = account.AppId;
        AppSecret = account.AppSecret;
        ulong seed = account.Seed is { } own ? SeededHash.Mix((uint)own) : SeededHash.Of((uint)options.Seed, account.AppId);
        OpenIdCipher openIds = new(seed);
        Population population = new(seed, account.Followers ?? options.Followers);
        UnionIds? unionIds = options.UnionIds ? new UnionIds((uint)options.Seed, ordinal, options.SharedPeoplePercent) : null;
        Book = new FollowerBook(population, openIds, new ProfileComposer(population, openIds, unionIds, options.FullProfiles), new DayBook(population.Followers, seed, options.TimeProvider));
        Listing = new ListReader(Book);
        Statistics = new BookStatistics(Book);
        Tokens = new AccountTokens(options);
        Quota = new CallQuota(options);
        Visitors = new AccountVisitors(options, this);
    }

    /// <summary>The AppId.</summary>
    public string AppId { get; }

    /// <summary>The AppSecret.</summary>
    public string AppSecret { get; private set; }

    /// <summary>What <c>user/get</c> says in <c>total</c>: the followers and the refused openids that it lists.</summary>
    public long Total => Book.Total;

    /// <summary>The access tokens of the account and how they end.</summary>
    public AccountTokens Tokens { get; }

    /// <summary>The tags of the account.</summary>
    public EmulatedTags Tags { get; } = new();

    /// <summary>Who visits by web authorisation.</summary>
    public AccountVisitors Visitors { get; }

    internal FollowerBook Book { get; }

    internal ListReader Listing { get; }

    internal BookStatistics Statistics { get; }

    internal CallQuota Quota { get; }

    internal PageNumbers Pages { get; } = new();

    /// <summary>Everybody who follows now, in the order of <c>user/get</c>, with Chinese place names. Streams; refused openids are left out.</summary>
    public IEnumerable<EmulatedFollower> Followers() => People(everyone: false);

    /// <summary>Everybody who follows now or has ever followed; those who left with <see cref="EmulatedFollower.Subscribe"/> false.</summary>
    public IEnumerable<EmulatedFollower> Everyone() => People(everyone: true);

    /// <summary>What the account would answer about an openid; null for one that it would refuse with 40003.</summary>
    public EmulatedFollower? Find(string openId)
    {
        long index = Book.IndexOf(openId);
        return index < 0 || Book.IsRefused(index) ? null : Read(index, new ProfileScratch());
    }

    /// <summary>Another AppSecret, as its owner sets one in WeChat's console: the old one is refused from now on; tokens stay.</summary>
    public void ResetSecret(string appSecret) => AppSecret = appSecret;

    /// <summary>Lets people follow, leave, return, change names, remarks, groups and tags; the same seed and steps give the same people.</summary>
    /// <param name="percent">How many of a hundred people change; null takes <see cref="EmulatorOptions.ChurnPercent"/>.</param>
    public ChurnCounts Churn(double? percent = null) =>
        Book.Churn((percent ?? _options.ChurnPercent) / 100, _options.TimeProvider.GetUtcNow());

    /// <summary>Changes what the account knows about a person. From then on churn passes the person by.</summary>
    /// <exception cref="ArgumentException">The account does not know the openid.</exception>
    public void SetProfile(string openId, Func<EmulatedFollower, EmulatedFollower> edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        long index = Known(openId);
        Book.Set(index, new Slot(edit(Read(index, new ProfileScratch())) with { OpenId = openId }, Refused: false));
    }

    /// <summary>Whether <c>getblacklist</c> names the person while the person follows.</summary>
    /// <exception cref="ArgumentException">The account does not know the openid.</exception>
    public bool IsBlacklisted(string openId) => Book.IsBlacklisted(Known(openId));

    /// <summary>Puts a person on the blacklist or takes the person from it.</summary>
    /// <exception cref="ArgumentException">The account does not know the openid.</exception>
    public void Blacklist(string openId, bool isBlacklisted = true) => Book.SetBlacklisted(Known(openId), isBlacklisted);

    /// <summary>Lets a person leave for good.</summary>
    /// <exception cref="ArgumentException">The account does not know the openid.</exception>
    public void Unfollow(string openId) =>
        Book.Set(Known(openId), new Slot(new EmulatedFollower { OpenId = openId, Subscribe = false }, Refused: false));

    /// <summary>Lets a person follow now, again or for the first time.</summary>
    /// <exception cref="ArgumentException">The account does not know the openid.</exception>
    public EmulatedFollower Follow(string openId)
    {
        long index = Known(openId);
        Slot slot = Follower(index);
        Book.Set(index, slot);
        return slot.Follower;
    }

    /// <summary>A new person in the middle of the list, made up by the seed.</summary>
    public EmulatedFollower AddFollower() => Book.Add(Follower).Follower;

    /// <summary>A new person in the middle of the list, told by the caller; the openid may have any text.</summary>
    public EmulatedFollower AddFollower(EmulatedFollower follower)
    {
        ArgumentNullException.ThrowIfNull(follower);
        return Book.Add(_ => new Slot(follower, Refused: false)).Follower;
    }

    /// <summary>Lets <c>user/get</c> list an openid that every call asking for it refuses with 40003.</summary>
    /// <param name="openId">The text to list; null makes up one that looks right.</param>
    public string AddRefusedOpenId(string? openId = null) => Book.Add(
        index => new Slot(new EmulatedFollower { OpenId = openId ?? Book.OpenIdAt(index), Subscribe = false }, Refused: true)).Follower.OpenId;

    /// <summary>An openid of the right shape that this account does not know, like one of another account.</summary>
    public string ForeignOpenId(int number = 0) => new OpenIdCipher(SeededHash.Of((uint)number, AppId)).Encode(number);

    /// <summary>Somebody the account answers about with <c>subscribe: 0</c>.</summary>
    internal string AddStranger() => Book.Add(
        index => new Slot(new EmulatedFollower { OpenId = Book.OpenIdAt(index), Subscribe = false }, Refused: false)).Follower.OpenId;

    /// <summary>One of the followers, by turns; null when there are none.</summary>
    internal string? FollowerAt(int turn)
    {
        long size = Book.Population.Size;
        for (long position = turn; position < turn + size; position++)
        {
            long index = Book.Population.IndexAt(position % size);
            if (!Book.IsRefused(index) && Book.IsListed(index, Book.Epoch))
                return Book.OpenIdAt(index);
        }
        return null;
    }

    /// <summary>The person as they are, follower or not: what a visitor agrees to tell.</summary>
    internal EmulatedFollower PersonAs(string openId) => Book.AsFollower(Known(openId)) with { OpenId = openId };

    private Slot Follower(long index) =>
        new(Book.AsFollower(index) with { SubscribeTime = _options.TimeProvider.GetUtcNow().ToUnixTimeSeconds() }, Refused: false);

    private long Known(string openId)
    {
        long index = Book.IndexOf(openId);
        return index >= 0 ? index : throw new ArgumentException($"The account {AppId} does not know the openid {openId}.", nameof(openId));
    }

    private IEnumerable<EmulatedFollower> People(bool everyone)
    {
        ProfileScratch scratch = new();
        for (long position = 0; position < Book.Population.Size; position++)
        {
            long index = Book.Population.IndexAt(position);
            if (!Book.IsRefused(index) && (everyone ? Book.IsKnown(index) : Book.IsListed(index, Book.Epoch)))
                yield return Read(index, scratch);
        }
    }

    private EmulatedFollower Read(long index, ProfileScratch scratch) =>
        Book.FieldsOf(index, AnswerLanguage.SimplifiedChinese, scratch).ToFollower();
}
