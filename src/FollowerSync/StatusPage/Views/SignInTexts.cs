using FollowerSync.StatusPage.Guarding;

namespace FollowerSync.StatusPage.Views;

/// <summary>What is said to whoever signs in or out.</summary>
internal static class SignInTexts
{
    public static readonly PageText SignIn = new("登录", "Sign in");
    public static readonly PageText SignOut = new("退出登录", "Sign out");
    public static readonly PageText SignOutOf = new("退出登录（{0}）", "Sign out ({0})");
    public static readonly PageText SureSignOut = new("让 {0} 退出本页面？身份提供方的登录不受影响。", "Sign {0} out of this page? The provider keeps its own session.");
    public static readonly PageText SignedOut = new("已退出登录", "You are signed out");
    public static readonly PageText SignedOutHint = new(
        "身份提供方可能仍保持登录，再次登录时不一定询问密码；在公用电脑上，请也在那里退出。", "The provider may still know you, and let you in again without a password: on a shared computer sign out there too.");
    public static readonly PageText NoSession = new("登录已失效", "Your session is over");
    public static readonly PageText NoSessionHint = new("未执行任何操作。请重新登录，再试一次。", "Nothing was done. Sign in again, then try once more.");

    public static readonly PageText NotSignedIn = new("未能登录", "You could not be signed in");
    public static readonly PageText ProviderAway = new(
        "身份提供方（StatusPage:OpenIdConnect:Authority）没有应答。同步不受影响；请稍后重试，或运行 followersync check。",
        "The provider of StatusPage:OpenIdConnect:Authority does not answer. Syncs go on; try again later, or run followersync check.");
    public static readonly PageText Lost = new(
        "这次登录不是由此浏览器在本页面开始的，或者已过期（十五分钟）。请由下面的链接重新登录，并允许 cookie。",
        "This browser did not begin the sign-in on this page, or began it more than fifteen minutes ago. Begin again by the link below, with cookies allowed.");
    public static readonly PageText Denied = new(
        "身份提供方拒绝了登录，或者登录被取消。请重试；如仍被拒绝，请向其管理员申请使用本页面。",
        "The provider said no, or the sign-in was cancelled. Try again; if it is refused again, ask the provider's administrators for access to this page.");
    public static readonly PageText ClientRefused = new(
        "身份提供方不接受本页面的登记信息。请核对 StatusPage:OpenIdConnect 的 ClientId、ClientSecret、Scopes，以及在提供方登记的回调地址；错误代码见日志。",
        "The provider does not take this page's registration. Compare ClientId, ClientSecret and Scopes of StatusPage:OpenIdConnect, and the redirect address registered there; the log has the code of the error.");
    public static readonly PageText NotProven = new(
        "身份提供方的应答不能证明您的身份：签名、签发者、受众或 nonce 不符。请重试；如仍失败，请核对 StatusPage:OpenIdConnect:Authority；原因见日志。",
        "The provider's answer does not prove who you are: its signature, issuer, audience or nonce is wrong. Try again; if it stays so, compare StatusPage:OpenIdConnect:Authority; the log has the cause.");
    public static readonly PageText ClocksApart = new(
        "按本机时钟，身份提供方的应答已过期或尚未生效。请校准两边的时钟（NTP），再重试。",
        "By this machine's clock the provider's answer is over, or not good yet. Set both clocks right (NTP), then try again.");
    public static readonly PageText NotLetIn = new("您没有访问权限", "You may not come in");
    public static readonly PageText NotAllowed = new(
        "身份提供方认识您，但 StatusPage:OpenIdConnect:Allowed 不包含您。请向本页面的管理员申请，或换一个账号登录。",
        "The provider knows you, but StatusPage:OpenIdConnect:Allowed does not let you in. Ask whoever runs this page, or sign in as somebody else.");

    /// <summary>The answer to somebody who did not come in.</summary>
    public static (int Status, PageText Title, PageText Hint) Of(SignInReason reason) => reason switch
    {
        SignInReason.ProviderAway => (StatusCodes.Status503ServiceUnavailable, NotSignedIn, ProviderAway),
        SignInReason.Lost => (StatusCodes.Status400BadRequest, NotSignedIn, Lost),
        SignInReason.Denied => (StatusCodes.Status403Forbidden, NotSignedIn, Denied),
        SignInReason.ClientRefused => (StatusCodes.Status502BadGateway, NotSignedIn, ClientRefused),
        SignInReason.ClocksApart => (StatusCodes.Status502BadGateway, NotSignedIn, ClocksApart),
        SignInReason.NotAllowed => (StatusCodes.Status403Forbidden, NotLetIn, NotAllowed),
        _ => (StatusCodes.Status502BadGateway, NotSignedIn, NotProven),
    };
}
