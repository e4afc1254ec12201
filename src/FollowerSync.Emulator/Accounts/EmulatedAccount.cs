using System.Globalization;
using FollowerSync.Emulator.People;
using FollowerSync.Emulator.Pushes;
using FollowerSync.Emulator.Tokens;
using FollowerSync.Emulator.Visitors;

namespace FollowerSync.Emulator.Accounts;

/// <summary>One Official Account: the truth about its followers, and the levers that a test pulls.</summary>
public sealed class EmulatedAccount
{
    private const string ByQrCode = "ADD_SCENE_QR_CODE";

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
        if (account.Push is { } push)
            PushTo(push);
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

    /// <summary>The pushes of the account: whoever follows or leaves is pushed by itself; null = the account has no server configuration.</summary>
    public AccountPushes? Pushes { get; private set; }

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

    /// <summary>The server configuration, as its owner saves one in WeChat's console: from now on whoever follows or leaves is pushed.</summary>
    /// <exception cref="InvalidOperationException">The account has one.</exception>
    public AccountPushes PushTo(EmulatedPushOptions push)
    {
        ArgumentNullException.ThrowIfNull(push);
        push.Validate();
        if (Pushes is not null)
            throw new InvalidOperationException($"The account {AppId} pushes already.");
        Pushes = new AccountPushes(AppId, push, _options.TimeProvider);
        Book.Moved = Push;
        return Pushes;
    }

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

    /// <summary>Lets a person scan a QR code of the account: a follower's scan is pushed; anybody else follows by it, and that is.</summary>
    /// <param name="openId">The person.</param>
    /// <param name="scene">Scene of the code: a number, or a text.</param>
    /// <exception cref="ArgumentException">The account does not know the openid.</exception>
    public void Scan(string openId, string scene)
    {
        long index = Known(openId);
        if (Book.IsListed(index, Book.Epoch))
        {
            Pushes?.Queue(new PushEvent { Event = "SCAN", OpenId = openId, EventKey = scene, Fields = [new("Ticket", $"ticket-of-{scene}")] });
            return;
        }

        bool isNumber = uint.TryParse(scene, NumberStyles.None, CultureInfo.InvariantCulture, out uint number);
        Slot slot = Follower(index);
        Book.Set(index, slot with { Follower = slot.Follower with { SubscribeScene = ByQrCode, QrScene = isNumber ? number : 0, QrSceneStr = isNumber ? "" : scene } });
    }

    /// <summary>An openid of the right shape that this account does not know, like one of another account.</summary>
    public string ForeignOpenId(int number = 0) => new OpenIdCipher(SeededHash.Of((uint)number, AppId)).Encode(number);

    private void Push(long index, bool follows, DateTimeOffset at)
    {
        if (Book.IsRefused(index))
            return;
        EmulatedFollower person = Read(index, new ProfileScratch());
        string scene = person.QrSceneStr.Length > 0 ? person.QrSceneStr : person.QrScene.ToString(CultureInfo.InvariantCulture);
        Pushes!.Queue(new PushEvent
        {
            Event = follows ? "subscribe" : "unsubscribe",
            OpenId = Book.OpenIdAt(index),
            EventKey = follows && person.SubscribeScene == ByQrCode ? $"qrscene_{scene}" : "",
            CreateTime = follows && person.SubscribeTime > 0 ? person.SubscribeTime : at.ToUnixTimeSeconds(),
        });
    }

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
