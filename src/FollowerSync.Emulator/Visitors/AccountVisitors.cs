using FollowerSync.Emulator.Accounts;

namespace FollowerSync.Emulator.Visitors;

/// <summary>Who visits an account by web authorisation, and the codes and tokens they were given.</summary>
public sealed class AccountVisitors
{
    private const int RememberedGrants = 100_000;

    private static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly EmulatorOptions _options;
    private readonly EmulatedAccount _account;
    private readonly Queue<Visit> _next = new();
    private readonly Dictionary<string, Grant> _byCode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Grant> _byToken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Grant> _byRefreshToken = new(StringComparer.Ordinal);
    private readonly List<string> _strangers = [];
    private int _visits;

    internal AccountVisitors(EmulatorOptions options, EmulatedAccount account) => (_options, _account) = (options, account);

    /// <summary>The visitors so far, those who refused included.</summary>
    public int Visits
    {
        get
        {
            lock (_gate)
                return _visits;
        }
    }

    private DateTimeOffset Now => _options.TimeProvider.GetUtcNow();

    /// <summary>Decides who comes next, before those the options would choose.</summary>
    /// <param name="openId">A person the account knows.</param>
    /// <param name="refuses">Whether the person comes back without a code.</param>
    /// <param name="isSnapshot">Whether the person only looks at a snapshot of the page.</param>
    public void Expect(string openId, bool refuses = false, bool isSnapshot = false)
    {
        lock (_gate)
            _next.Enqueue(new Visit(openId, refuses, isSnapshot));
    }

    /// <summary>Somebody who never followed, and whom the account answers about with <c>subscribe: 0</c>.</summary>
    public string AddStranger() => _account.AddStranger();

    /// <summary>A code for somebody, as the phone gets it without the page.</summary>
    public string GiveCode(string openId, string scope = "snsapi_base", bool isSnapshot = false)
    {
        lock (_gate)
            return NewGrant(openId, scope, isSnapshot).Code;
    }

    /// <summary>Whether a token was given for this account.</summary>
    internal bool Knows(string token)
    {
        lock (_gate)
            return _byToken.ContainsKey(token);
    }

    /// <summary>The code of whoever comes now; null for one who refuses.</summary>
    internal string? Come(string scope)
    {
        lock (_gate)
        {
            _visits++;
            Visit visit = _next.TryDequeue(out Visit? expected) ? expected : Choose();
            return visit.Refuses ? null : NewGrant(visit.OpenId, scope, visit.IsSnapshot).Code;
        }
    }

    /// <summary>Takes a code, once.</summary>
    internal (Grant? Grant, CodeFate Fate) Take(string code)
    {
        lock (_gate)
        {
            if (!_byCode.TryGetValue(code, out Grant? grant))
                return (null, CodeFate.Unknown);
            if (grant.IsCodeUsed)
                return (null, CodeFate.Used);
            if (Now - grant.GivenAt >= _options.Visitors.CodeLifetime)
                return (null, CodeFate.Expired);
            grant.IsCodeUsed = true;
            return (grant, CodeFate.Good);
        }
    }

    /// <summary>What a token was given for; null when there is none, or it has expired.</summary>
    internal (Grant? Grant, bool IsExpired) ByToken(string token) => Find(_byToken, token, grant => grant.TokenExpiresAt);

    /// <summary>What a refresh token was given for; gives it a new token.</summary>
    internal (Grant? Grant, bool IsExpired) Refresh(string refreshToken)
    {
        lock (_gate)
        {
            (Grant? grant, bool isExpired) = Find(_byRefreshToken, refreshToken, grant => grant.GivenAt + RefreshLifetime);
            if (grant is not null && !isExpired)
            {
                grant.Renew(Now + _options.TokenLifetime);
                _byToken[grant.Token] = grant;
            }
            return (grant, isExpired);
        }
    }

    private (Grant? Grant, bool IsExpired) Find(Dictionary<string, Grant> among, string token, Func<Grant, DateTimeOffset> ends)
    {
        lock (_gate)
            return among.TryGetValue(token, out Grant? grant) ? (grant, Now >= ends(grant)) : (null, false);
    }

    private Grant NewGrant(string openId, string scope, bool isSnapshot)
    {
        if (_byCode.Count >= RememberedGrants)
        {
            _byCode.Clear();
            _byToken.Clear();
            _byRefreshToken.Clear();
        }
        Grant grant = new(openId, scope, isSnapshot, Now, Now + _options.TokenLifetime);
        _byCode[grant.Code] = grant;
        _byToken[grant.Token] = grant;
        _byRefreshToken[grant.RefreshToken] = grant;
        return grant;
    }

    private Visit Choose()
    {
        VisitorOptions behave = _options.Visitors;
        string openId = (IsTurn(behave.StrangersPercent) ? null : _account.FollowerAt(_visits)) ?? Stranger();
        return new Visit(openId, IsTurn(behave.RefusePercent), IsTurn(behave.SnapshotPercent));
    }

    // A few strangers come again and again, as people do.
    private string Stranger()
    {
        const int Most = 16;
        if (_strangers.Count < Most)
            _strangers.Add(_account.AddStranger());
        return _strangers[_visits % _strangers.Count];
    }

    private bool IsTurn(double percent) => Math.Floor(_visits * percent / 100) > Math.Floor((_visits - 1) * percent / 100);

    private sealed record Visit(string OpenId, bool Refuses, bool IsSnapshot);
}
