using StackExchange.Redis;

namespace FollowerSync.Caches;

/// <summary>Says in our own words why Redis did not do something: its words may repeat what it was sent.</summary>
internal static class RedisFailure
{
    public static CacheException ReadOnly(string address) => new(
        $"{address} is a read-only replica. Name the primary in the connection string.", CacheFault.ReadOnly);

    public static CacheException OwnEncoding(string address) => new(
        $"{address} has something under the key that another program writes in its own encoding; it is left as it is. Have that program read and write plain text, or give it the token service.", CacheFault.Refused);

    public static CacheException Explain(string address, Exception exception) => exception switch
    {
        CacheException ours => ours,
        RedisServerException server => Refused(address, CodeOf(server.Message)),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => WrongLogin(address),
        RedisConnectionException connection when AllMessages(connection).Any(NamesLogin) => WrongLogin(address),
        RedisTimeoutException or TimeoutException => new(
            $"{address} did not answer within {RedisAddress.Patience.TotalSeconds:0} s. Look whether it hangs or is overloaded.", CacheFault.Away),
        RedisCommandException => new($"{address} does not know a command that is needed (eval, get, set). Is it Redis 2.6 or newer?", CacheFault.Refused),
        _ => new($"{address} cannot be reached. Start it, or look at the network between and at the address.", CacheFault.Away),
    };

    private static CacheException WrongLogin(string address) =>
        new($"{address} does not take the login. Look at the password and the user of the connection string.", CacheFault.Login);

    private static CacheException Refused(string address, string code) => code switch
    {
        "READONLY" => ReadOnly(address),
        "NOAUTH" or "WRONGPASS" => WrongLogin(address),
        "NOPERM" => new($"{address} does not let this login do it: it needs the commands eval, get, set for a mirror, getrange, pttl for reading, and the key and the same in braces with {CacheEntry.OrderSuffix}.", CacheFault.Denied),
        "WRONGTYPE" => new($"{address} has something else under the key, no text: another program uses it for itself.", CacheFault.Refused),
        "OOM" => new($"{address} has no memory left. Raise its maxmemory or let it evict (maxmemory-policy).", CacheFault.Refused),
        "MISCONF" => new($"{address} takes no writes, as it cannot save to its disk. Its own log says why.", CacheFault.Refused),
        "LOADING" => new($"{address} is loading its data. This passes.", CacheFault.Away),
        "CROSSSLOT" => new($"{address} is a cluster that does not take the key and its order together: put a part of the key in braces.", CacheFault.Refused),
        _ => new($"{address} answered the error {code}.", CacheFault.Refused),
    };

    // Inside of a script its own error is wrapped: "ERR Error running script …: @user_script: 5: READONLY You can't …".
    private static string CodeOf(string message)
    {
        string[] known = ["READONLY", "NOAUTH", "WRONGPASS", "NOPERM", "WRONGTYPE", "OOM", "MISCONF", "LOADING", "CROSSSLOT"];
        return Array.Find(known, code => message.Contains(code, StringComparison.Ordinal))
            ?? new string([.. message.TakeWhile(letter => char.IsAsciiLetterUpper(letter) || letter == '_').Take(20)]);
    }

    private static bool NamesLogin(string message) =>
        message.Contains("WRONGPASS", StringComparison.Ordinal) || message.Contains("NOAUTH", StringComparison.Ordinal) || message.Contains("AuthenticationFailure", StringComparison.Ordinal);

    private static IEnumerable<string> AllMessages(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause.Message;
    }
}
