using System.Collections.Frozen;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Alerts.Texts;

/// <summary>WeChat's return codes that end a run, in Chinese. The others are told as <see cref="ErrorReactions"/> has them.</summary>
internal static class ChineseMeanings
{
    private const int InvalidSecret = 40125;

    private const string CheckAppId = "请核对 WeChat:Accounts:AppId（公众平台“设置与开发 > 基本配置”）。";
    private const string CheckSecret = "请核对或重置 AppSecret，并写入设置或密钥文件（立即生效，无需重启）。";
    private const string AllowIp = "请把微信所示的 IP 加入公众平台的 IP 白名单（约五分钟后生效）。";
    private const string AskOwner = "请管理员在微信中确认本服务器的 IP。";
    private const string Permission = "公众号没有该接口的权限：请确认已认证，并查看“接口权限”。";
    private const string Console = "请查看公众平台的通知。";
    private const string Busy = "微信繁忙，请稍后再试。";
    private const string OtherProgram = "很可能有其他程序在获取 token：让它改用 stable_token，或共用一个 token 服务。";
    private const string NextDay = "北京时间零点之后自动继续；可在公众平台查看或提高上限。";

    private static readonly FrozenDictionary<int, (string Meaning, string Remedy)> Table = new Dictionary<int, (string, string)>
    {
        [-1] = ("系统繁忙", Busy),
        [61450] = ("系统错误", Busy),
        [40001] = ("access_token 无效或不是最新的", OtherProgram),
        [40014] = ("access_token 不合法", OtherProgram),
        [42001] = ("access_token 已过期", "请检查本机时钟。"),
        [40013] = ("AppId 不合法", CheckAppId),
        [41002] = ("缺少 AppId", CheckAppId),
        [40125] = ("AppSecret 错误", CheckSecret),
        [41004] = ("缺少 AppSecret", CheckSecret),
        [40243] = ("AppSecret 已被冻结", "请在公众平台解冻 AppSecret（约十分钟后生效）。"),
        [40164] = ("IP 不在白名单中", AllowIp),
        [45035] = ("IP 没有登记", AllowIp),
        [61004] = ("IP 没有登记", AllowIp),
        [48001] = ("接口未授权", Permission),
        [50001] = ("用户未授权该接口", Permission),
        [61003] = ("公众号未授权给第三方平台", Permission),
        [61007] = ("接口未授权给第三方平台", Permission),
        [61023] = ("第三方平台的 refresh_token 无效", Permission),
        [48004] = ("接口被封禁", Console),
        [50002] = ("账号受限", Console),
        [89501] = ("IP 等待管理员确认", AskOwner),
        [89503] = ("IP 需要管理员确认", AskOwner),
        [89506] = ("IP 两次被管理员拒绝，24 小时内不可用", AskOwner),
        [89507] = ("IP 被管理员拒绝，1 小时内不可用", AskOwner),
        [45009] = ("当日调用次数达到上限", NextDay),
        [48006] = ("当月清零次数已用完", NextDay),
        [45011] = ("每分钟调用次数达到上限", "程序会自动放慢；如果经常发生，请调低 Sync:BatchesInFlight。"),
    }.ToFrozenDictionary();

    public static IReadOnlyCollection<int> Codes => Table.Keys;

    /// <param name="code">The code.</param>
    /// <param name="isTokenCall">Whether WeChat answered so to a call for a token, where 40001 means the secret.</param>
    public static string Of(int code, bool isTokenCall) => Table.TryGetValue(Meant(code, isTokenCall), out var known) ? known.Meaning : ErrorReactions.Of(code).Meaning;

    /// <inheritdoc cref="Of"/>
    public static string RemedyOf(int code, bool isTokenCall) =>
        Table.TryGetValue(Meant(code, isTokenCall), out var known) ? known.Remedy : $"{ErrorReactions.Of(code).Remedy} ";

    private static int Meant(int code, bool isTokenCall) => isTokenCall && code == WeChatErrorCode.InvalidCredential ? InvalidSecret : code;
}
