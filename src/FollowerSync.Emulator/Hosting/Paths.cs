namespace FollowerSync.Emulator.Hosting;

/// <summary>The paths of the emulated API that are named more than once.</summary>
internal static class Paths
{
    public const string Token = "/cgi-bin/token";
    public const string StableToken = "/cgi-bin/stable_token";
    public const string UserGet = "/cgi-bin/user/get";
    public const string UserInfo = "/cgi-bin/user/info";
    public const string BatchGet = "/cgi-bin/user/info/batchget";
    public const string Authorize = "/connect/oauth2/authorize";
    public const string VisitorToken = "/sns/oauth2/access_token";
    public const string VisitorRefresh = "/sns/oauth2/refresh_token";
    public const string VisitorProfile = "/sns/userinfo";
    public const string VisitorCheck = "/sns/auth";
    public const string ClearBySecret = "/cgi-bin/clear_quota/v2";
}
