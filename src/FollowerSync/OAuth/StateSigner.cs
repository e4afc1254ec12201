using System.Security.Cryptography;
using System.Text;
using FollowerSync.Arrivals;
using Microsoft.Extensions.Options;

namespace FollowerSync.OAuth;

/// <summary>Makes states that the visitor's browser brings back, and tells which of them are ours. A state holds for one account, one target and one cookie.</summary>
internal sealed class StateSigner(IOptions<ArrivalsOptions> options, TimeProvider time)
{
    /// <summary>How long a visitor may take.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>By how much the clocks of machines behind one address may differ. What would hold for longer was not made by us.</summary>
    public static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    private readonly byte[] _key = Convert.FromHexString(options.Value.StateKey);
    private readonly byte[] _previousKey = Convert.FromHexString(options.Value.PreviousStateKey);

    public string Sign(AuthorizingAccount account, Target target, VisitorCookie cookie, bool isRetry)
    {
        AuthorizationState state = new(isRetry, target.Mark, (uint)(time.GetUtcNow() + Life).ToUnixTimeSeconds(), cookie.Nonce);
        byte[] head = state.Head();
        return Convert.ToHexStringLower([.. head, .. Signature(_key, head, account.AppId, cookie.Value, target)]);
    }

    /// <summary>The target that the state was made for; null when it was not made by us, or not for this account and cookie.</summary>
    public Target? Verify(AuthorizingAccount account, AuthorizationState state, byte[] signature, string cookie)
    {
        byte[] head = state.Head();
        Target? found = null;
        foreach (Target target in account.Targets.Where(target => target.Mark == state.Mark))
            if (CryptographicOperations.FixedTimeEquals(Signature(_key, head, account.AppId, cookie, target), signature)
                || (_previousKey.Length > 0 && CryptographicOperations.FixedTimeEquals(Signature(_previousKey, head, account.AppId, cookie, target), signature)))
                found = target;
        return found;
    }

    public bool IsInTime(AuthorizationState state)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset expiry = DateTimeOffset.FromUnixTimeSeconds(state.ExpirySecond);
        return now < expiry && expiry - now <= Life + ClockDifference;
    }

    // Head and AppId have a fixed length, and neither a cookie nor a name has a line end in it.
    private static ReadOnlySpan<byte> Signature(byte[] key, byte[] head, string appId, string cookie, Target target) =>
        HMACSHA256.HashData(key.AsSpan(), [.. head, .. Encoding.UTF8.GetBytes($"{appId}{cookie}\n{target.Name.ToLowerInvariant()}")]).AsSpan(0, AuthorizationState.SignatureLength);
}
