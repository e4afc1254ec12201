namespace FollowerSync.Analysts;

/// <summary>What is to be done about a login; also the parameters of the statements that find out what that takes.</summary>
/// <param name="User">The login.</param>
/// <param name="Worker">The login of FollowerSync itself.</param>
/// <param name="Analyst">Role without the personal columns.</param>
/// <param name="AnalystPii">Role with them.</param>
/// <param name="WantsPii">Which of the two the login gets.</param>
/// <param name="Verifier">What the server is told of its password.</param>
/// <param name="RenewsPassword">Whether a login that is there already gets a new password.</param>
/// <param name="TimeZone">In which the login's sessions see times, unless somebody set another one.</param>
internal sealed record GrantOrder(string User, string Worker, string Analyst, string AnalystPii, bool WantsPii, string Verifier, bool RenewsPassword, string TimeZone)
{
    public string Role => WantsPii ? AnalystPii : Analyst;

    public string OtherRole => WantsPii ? Analyst : AnalystPii;
}
