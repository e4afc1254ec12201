using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Tokens;

/// <summary>The access tokens of one account. Those of <c>token</c> and of <c>stable_token</c> do not disturb each other.</summary>
public sealed class AccountTokens
{
    private const int ForcedPerDay = 20;

    private static readonly TimeSpan ForcedGap = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly EmulatorOptions _options;
    private readonly TokenFamily _classic = new();
    private readonly TokenFamily _stable = new();
    private DateTimeOffset _forcedAt = DateTimeOffset.MinValue;
    private DateTime _forcedDay;
    private int _forcedToday;

    internal AccountTokens(EmulatorOptions options) => _options = options;

    /// <summary>The latest token of <c>/cgi-bin/token</c>; null before the first call.</summary>
    public string? Classic
    {
        get
        {
            lock (_gate)
                return _classic.Latest?.Text;
        }
    }

    /// <summary>The latest token of <c>/cgi-bin/stable_token</c>; null before the first call.</summary>
    public string? Stable
    {
        get
        {
            lock (_gate)
                return _stable.Latest?.Text;
        }
    }

    /// <summary>How many different tokens <c>/cgi-bin/token</c> has given out, to others too.</summary>
    public int ClassicIssued
    {
        get
        {
            lock (_gate)
                return _classic.Issued;
        }
    }

    /// <summary>How many different tokens <c>/cgi-bin/stable_token</c> has given out.</summary>
    public int StableIssued
    {
        get
        {
            lock (_gate)
                return _stable.Issued;
        }
    }

    /// <summary>The latest tokens of both endpoints, at most 64 of each, for whoever looks where they must not be.</summary>
    public IReadOnlyList<string> Recent
    {
        get
        {
            lock (_gate)
                return [.. _classic.Texts, .. _stable.Texts];
        }
    }

    private DateTimeOffset Now => _options.TimeProvider.GetUtcNow();

    /// <summary>Another program fetches a classic token; ours works on for the overlap. Returns the other program's token.</summary>
    public string RotateByAnotherProgram() => IssueClassic().Token;

    /// <summary>Lets all tokens of the account run out now: 42001.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            _classic.Expire(Now);
            _stable.Expire(Now);
        }
    }

    /// <summary>Makes all tokens of the account invalid now, as a newer one does after the overlap: 40001.</summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            _classic.Replace(Now);
            _stable.Replace(Now);
        }
    }

    internal TokenFate FateOf(string token)
    {
        lock (_gate)
        {
            DateTimeOffset now = Now;
            TokenFate fate = _stable.FateOf(token, now);
            return fate == TokenFate.Unknown ? _classic.FateOf(token, now) : fate;
        }
    }

    internal TokenAnswer IssueClassic()
    {
        lock (_gate)
            return Fresh(_classic, Now + _options.TokenOverlap);
    }

    internal TokenAnswer IssueStable(bool force)
    {
        lock (_gate)
        {
            if (force && Now - _forcedAt >= ForcedGap)
                return Forced();
            if (_stable.Latest is { } token && token.FateAt(Now) == TokenFate.Valid && token.ExpiresAt - Now > _options.TokenOverlap)
                return new TokenAnswer(token.Text, (long)(token.ExpiresAt - Now).TotalSeconds, null);
            return Fresh(_stable, Now + _options.TokenOverlap);
        }
    }

    private TokenAnswer Forced()
    {
        DateTime today = Now.ToOffset(TimeSpan.FromHours(8)).Date;
        _forcedToday = today == _forcedDay ? _forcedToday : 0;
        _forcedDay = today;
        if (_forcedToday == ForcedPerDay)
            return new TokenAnswer("", 0, WeChatError.DailyQuotaSpent);
        _forcedToday++;
        _forcedAt = Now;
        return Fresh(_stable, Now);
    }

    private TokenAnswer Fresh(TokenFamily family, DateTimeOffset previousEndsAt)
    {
        IssuedToken token = family.Issue(Now + _options.TokenLifetime, previousEndsAt);
        return new TokenAnswer(token.Text, (long)_options.TokenLifetime.TotalSeconds, null);
    }
}
