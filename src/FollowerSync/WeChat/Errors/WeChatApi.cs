namespace FollowerSync.WeChat.Errors;

/// <summary>Paths of the APIs the worker calls.</summary>
internal static class WeChatApi
{
    public const string ClassicToken = "/cgi-bin/token";
    public const string StableToken = "/cgi-bin/stable_token";
    public const string UserGet = "/cgi-bin/user/get";
    public const string UserInfo = "/cgi-bin/user/info";
    public const string BatchGet = "/cgi-bin/user/info/batchget";
    public const string GroupsGet = "/cgi-bin/groups/get";
    public const string TagsGet = "/cgi-bin/tags/get";
    public const string TagGet = "/cgi-bin/user/tag/get";
    public const string Blacklist = "/cgi-bin/tags/members/getblacklist";
    public const string UserSummary = "/datacube/getusersummary";
    public const string UserCumulate = "/datacube/getusercumulate";
    public const string SnsAccessToken = "/sns/oauth2/access_token";
    public const string SnsUserInfo = "/sns/userinfo";
    public const string ChangeOpenId = "/cgi-bin/changeopenid";
    public const string QuotaGet = "/cgi-bin/openapi/quota/get";
}
