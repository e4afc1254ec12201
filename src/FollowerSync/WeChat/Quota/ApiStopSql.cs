using FollowerSync.Accounts;
using FollowerSync.Database;

namespace FollowerSync.WeChat.Quota;

/// <summary>SQL: which stops hold, and whose work another node does. A stop is <c>s</c>, a run <c>r</c>, a node <c>own</c>, the account <c>a</c>.</summary>
internal static class ApiStopSql
{
    /// <summary>The stop holds now. None is for longer than to the next day's midnight and its rush, or 24 hours: one that seems to be was stamped by a clock that has been set since.</summary>
    public const string Holds = $"s.until > now() and s.until <= now() + interval '25 hours' and s.stopped_at <= {DatabaseClock.Latest}";

    /// <summary>What WeChat does not let the node do, another one does. Where every machine is refused there is nobody; nor is a node of another schedule one, or one with
    /// other accounts, for all that can be told.</summary>
    public const string AnotherFires =
        $"""
        exists (
            select 1 from followersync.nodes n
            where n.cluster = own.cluster and n.host <> own.host and substring(n.fingerprint from {AccountsWord}) = substring(own.fingerprint from {AccountsWord})
              and n.stopped_at is null and n.last_seen > now() - n.silence and n.last_seen <= {DatabaseClock.Latest}
              and n.host not in (select s.host from followersync.api_stops s where s.app_id = a.app_id and {Holds}))
        """;

    /// <summary>The stop is of a machine alone, and another one does its work.</summary>
    public const string StopIsLeft = $"exists (select 1 from followersync.nodes own where own.host = s.host and {AnotherFires})";

    /// <summary>Likewise for the node of a run.</summary>
    public const string RunIsLeft = $"exists (select 1 from followersync.nodes own where own.node = r.node and {AnotherFires})";

    // The word of a fingerprint that tells which accounts a node has, among other things.
    private const string AccountsWord = $@"'\m{WeChatOptions.Section}:\w+'";
}
