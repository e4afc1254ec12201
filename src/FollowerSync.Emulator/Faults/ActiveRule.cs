using System.Text;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Faults;

/// <summary>A rule at work: counts the calls it looks at and how often it struck.</summary>
internal sealed class ActiveRule(FaultRule rule, ulong seed)
{
    private readonly Lock _gate = new();
    private readonly byte[] _openId = Encoding.UTF8.GetBytes(rule.OpenId ?? "");
    private int _calls;
    private int _struck;

    public FaultRule Rule => rule;

    public int Struck => Volatile.Read(ref _struck);

    public bool Strikes(ApiCall call)
    {
        if (!LooksAt(call))
            return false;
        lock (_gate)
        {
            _calls++;
            if (!IsTheCall() || _struck == rule.Times)
                return false;
            _struck++;
            return true;
        }
    }

    private bool LooksAt(ApiCall call) =>
        (rule.Path is null || rule.Path == call.Path)
        && (rule.AppId is null || rule.AppId == call.Owner?.AppId)
        && (rule.Page is null || rule.Page == call.Page)
        && (rule.OpenId is null || Carries(call));

    private bool Carries(ApiCall call) =>
        call.Request.Written.Span.IndexOf(_openId) >= 0 || call.Query("openid") == rule.OpenId || call.Query("next_openid") == rule.OpenId;

    private bool IsTheCall() =>
        (rule.Call is null || rule.Call == _calls)
        && (rule.Every is null || _calls % rule.Every == 0)
        && (rule.From is null || _calls >= rule.From)
        && (rule.To is null || _calls <= rule.To)
        && (rule.Probability is null || SeededHash.Of(seed, _calls, 0x80).Below(1_000_000) < rule.Probability * 1_000_000);
}
