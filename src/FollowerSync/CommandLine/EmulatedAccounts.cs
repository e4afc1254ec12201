using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using FollowerSync.Accounts;
using FollowerSync.Emulator;

namespace FollowerSync.CommandLine;

/// <summary>Which accounts <c>emulate</c> serves: one, so many made-up ones, or those named one by one.</summary>
internal sealed partial class EmulatedAccounts(CommandContext context)
{
    private const int Most = 100;

    private readonly Option<string?> _appId = new("--appid") { Description = context.Say($"AppID of the one account; {EmulatorOptions.DefaultAppId} unless named."), HelpName = "APPID" };
    private readonly Option<string?> _secret = new("--secret") { Description = context.Say($"AppSecret of the one account; {EmulatorOptions.DefaultAppSecret} unless named."), HelpName = "SECRET" };
    private readonly Option<int?> _count = new("--accounts") { Description = context.Say("Serve so many accounts, their AppIDs and AppSecrets numbered on from those."), HelpName = "N" };
    private readonly Option<string[]> _named = new("--account")
    {
        Description = context.Say("Serve this account; once for each. AppSecret and number of followers may be left out. The same people follow all accounts in part, under one unionid."),
        HelpName = "APPID[=SECRET][:FOLLOWERS]",
    };

    public IEnumerable<Option> Options => [_appId, _secret, _count, _named];

    /// <exception cref="UsageException">They exclude each other, or one cannot be read.</exception>
    public EmulatedAccountOptions[] Read(ParseResult parsed)
    {
        string[] named = parsed.GetValue(_named) ?? [];
        (string? appId, string? secret, int? count) = (parsed.GetValue(_appId), parsed.GetValue(_secret), parsed.GetValue(_count));
        if ((named.Length > 0 ? 1 : 0) + (count is not null ? 1 : 0) + ((appId ?? secret) is not null ? 1 : 0) > 1)
            throw new UsageException("Take one of --account (once for each), --accounts N, or --appid with --secret.");
        if (count is < 1 or > Most)
            throw new UsageException($"--accounts takes 1 to {Most}.");
        return named.Length > 0 ? [.. named.Select(Parse)]
            : count is { } all ? [.. Enumerable.Range(0, all).Select(number => new EmulatedAccountOptions { AppId = Numbered(EmulatorOptions.DefaultAppId, number), AppSecret = SecretOf(number) })]
            : [new EmulatedAccountOptions { AppId = appId ?? EmulatorOptions.DefaultAppId, AppSecret = secret ?? EmulatorOptions.DefaultAppSecret }];
    }

    // The text is not shown again: it may hold a secret.
    private static EmulatedAccountOptions Parse(string text, int number)
    {
        Match match = Account().Match(text);
        string appId = match.Groups["appid"].Value;
        if (!match.Success || !AppIdAttribute.IsAppId(appId) || !TryNumber(match.Groups["followers"], out int? followers))
            throw new UsageException($"--account number {number + 1} is not APPID[=SECRET][:FOLLOWERS], such as {EmulatorOptions.DefaultAppId}:5000. An AppID is wx and 16 hexadecimal digits.");
        return new EmulatedAccountOptions { AppId = appId, AppSecret = match.Groups["secret"] is { Success: true } secret ? secret.Value : SecretOf(number), Followers = followers };
    }

    private static bool TryNumber(Group group, out int? number)
    {
        number = int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : null;
        return number is not null || !group.Success;
    }

    private static string SecretOf(int number) => Numbered(EmulatorOptions.DefaultAppSecret, number);

    // Counts on the last two hexadecimal digits.
    private static string Numbered(string first, int number) =>
        first[..^2] + (Convert.ToInt32(first[^2..], 16) + number & 0xff).ToString("x2", CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?<appid>[^=:]+)(=(?<secret>[^:]+))?(:(?<followers>[0-9]+))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Account();
}
