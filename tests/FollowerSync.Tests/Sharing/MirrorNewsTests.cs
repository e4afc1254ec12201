using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Sharing;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Sharing;

/// <summary>What of a mirror's failures is worth a line of the log.</summary>
public sealed class MirrorNewsTests
{
    private static readonly AccountOptions Anna = new() { AppId = "wx00000000000000a1" };
    private static readonly AccountOptions Bert = new() { AppId = "wx00000000000000b1" };
    private static readonly CacheException Foreign = new("has something else under the key", CacheFault.Refused);
    private static readonly CacheException Full = new("has no memory left", CacheFault.Refused);
    private static readonly CacheException Away = new("cannot be reached", CacheFault.Away);

    private static readonly CacheException Denied = new("does not let this login do it", CacheFault.Denied);

    private readonly FakeTimeProvider _time = new();
    private readonly TokenMirror _mirror;

    public MirrorNewsTests() => _mirror = new TokenMirror(
        new TokenMirrorOptions { Kind = CacheKind.Memcached, Connection = "cache:11211" }, new RedisCaches(_time), () => "", () => { }, _time);

    [Fact]
    public void What_is_refused_for_one_account_hides_neither_another_refusal_nor_an_outage()
    {
        _mirror.Fails(Anna, Foreign).ShouldBeTrue();
        _mirror.Fails(Anna, Foreign).ShouldBeFalse();
        _mirror.Fails(Bert, Full).ShouldBeTrue();
        _mirror.Fails(Bert, Away).ShouldBeTrue();
        _mirror.Fails(Anna, Away).ShouldBeFalse();
    }

    [Fact]
    public void What_the_login_has_no_right_to_is_of_the_account_alone()
    {
        _mirror.Fails(Anna, Denied).ShouldBeTrue();
        _mirror.Fails(Bert, Denied).ShouldBeFalse();
        _mirror.Works(Bert).ShouldBeNull("it is not over for the other");
    }

    [Fact]
    public void What_is_refused_for_all_accounts_is_told_once()
    {
        _mirror.Fails(Anna, Full).ShouldBeTrue();
        _mirror.Fails(Bert, Full).ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(1));

        _mirror.Works(Anna).ShouldBeNull("it is not over for the other");
        _mirror.Works(Bert).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void An_outage_is_over_for_all_once_one_account_is_written_and_a_refusal_goes_with_its_account()
    {
        _mirror.Fails(Anna, Foreign).ShouldBeTrue();
        _mirror.Fails(Anna, Away).ShouldBeTrue();
        _time.Advance(TimeSpan.FromMinutes(1));

        _mirror.Works(Bert).ShouldBe(TimeSpan.FromMinutes(1));
        _mirror.Leaves(Anna);
        _mirror.Fails(Bert, Foreign).ShouldBeTrue();
    }
}
