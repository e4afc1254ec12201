using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FollowerSync.Accounts;
using FollowerSync.Followers;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.WeChat;

/// <summary>One account's calls in one run. Every call is repeated as its reaction says, in this one place, around the parsed answer;
/// what still fails is thrown.</summary>
/// <param name="calls">Whose calls these are.</param>
/// <param name="pace">Hears how the calls go.</param>
/// <param name="transport">Makes the calls.</param>
/// <param name="tokens">Gives the tokens.</param>
/// <param name="conflicts">Tells why they stop working.</param>
/// <remarks>Retry goes inside the replacement of a token: a passing failure says nothing about the token.</remarks>
internal sealed class WeChatClient(AccountCalls calls, CallPace pace, WeChatTransport transport, AccessTokens tokens, TokenConflicts conflicts)
{
    /// <summary>A run that dies leaves so many calls at most in the ledger that were not made.</summary>
    private const long ReservedAtOnce = 20;

    private static readonly JsonWriterOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the calls of this client cost so far.</summary>
    public CallCounts Counts => calls.Counts;

    /// <summary>How many calls may be under way at once.</summary>
    public CallPace Pace => pace;

    /// <summary>Calls that may be made; null = as many as are needed.</summary>
    public CallBudget? Budget { get; init; }

    /// <summary>Writes calls of an API into the ledger before they are made, and returns how many it had and under which day they stand; null = they are written
    /// when they are made.</summary>
    public Func<string, long, CancellationToken, Task<(long Made, DateOnly Day)>>? Reserve { get; init; }

    /// <summary>Sees to it that there is a token; fetches one when none is stored or the stored one is about to end.</summary>
    /// <exception cref="WeChatApiException">No token is to be had, or none in the place of one that is about to end.</exception>
    public Task EnsureTokenAsync(CancellationToken cancellationToken) => tokens.RenewAsync(calls, cancellationToken);

    /// <summary>Asks for the token although the stored one works, to see whether WeChat answers this machine.</summary>
    /// <returns>False when it was not asked, since that would void the token in use, or another program fetches it.</returns>
    /// <exception cref="WeChatApiException">It does not answer, or refuses the machine's address.</exception>
    public async Task<bool> ProbeTokenAsync(CancellationToken cancellationToken)
    {
        if (calls.Account.TokenSource != TokenSource.Stable)
            return false;
        await tokens.ProbeAsync(calls, cancellationToken);
        return true;
    }

    /// <summary>A page of up to 10,000 openids after <paramref name="cursor"/>; an empty cursor starts at the beginning.</summary>
    /// <exception cref="WeChatApiException">As its reaction says; <see cref="Reaction.BadOpenId"/> means the cursor.</exception>
    public Task<OpenIdPage> ListOpenIdsAsync(string cursor, CancellationToken cancellationToken)
    {
        string query = cursor.Length == 0 ? "" : "&next_openid=" + Uri.EscapeDataString(cursor);
        return CallAsync(WeChatApi.UserGet, query, content: null, AnswerReader.ReadOpenIdPage, cancellationToken);
    }

    /// <summary>The profiles of up to 100 different openids, in any order.</summary>
    /// <exception cref="WeChatApiException"><see cref="Reaction.BadOpenId"/>: at least one of the openids is refused and WeChat does not say which.</exception>
    public Task<BatchAnswer> GetProfilesAsync(IReadOnlyList<string> openIds, CancellationToken cancellationToken) =>
        CallAsync(WeChatApi.BatchGet, "", BatchBody(openIds), ReadBatch, cancellationToken);

    /// <summary>The profiles of a part of a group whose answer stayed broken however often it was asked for: a broken one of the part is not asked for again.</summary>
    public Task<BatchAnswer> GetPartAsync(IReadOnlyList<string> openIds, CancellationToken cancellationToken) =>
        CallAsync(WeChatApi.BatchGet, "", BatchBody(openIds), ReadPart, cancellationToken);

    /// <summary>The profile of one openid.</summary>
    public Task<FollowerProfile> GetProfileAsync(string openId, CancellationToken cancellationToken)
    {
        string query = $"&openid={Uri.EscapeDataString(openId)}&lang={calls.Account.Language}";
        return CallAsync(WeChatApi.UserInfo, query, content: null, (api, body) => AnswerReader.ReadProfile(api, body, transport.LatestNow), cancellationToken);
    }

    /// <summary>The legacy groups of the account.</summary>
    public Task<IReadOnlyList<NamedId>> GetGroupsAsync(CancellationToken cancellationToken) =>
        CallAsync(WeChatApi.GroupsGet, "", content: null, (api, body) => AnswerReader.ReadRows(api, body, "groups", NamedId.Read), cancellationToken);

    /// <summary>The tags of the account.</summary>
    public Task<IReadOnlyList<NamedId>> GetTagsAsync(CancellationToken cancellationToken) =>
        CallAsync(WeChatApi.TagsGet, "", content: null, (api, body) => AnswerReader.ReadRows(api, body, "tags", NamedId.Read), cancellationToken);

    /// <summary>A page of up to 10,000 people who have a tag, after <paramref name="cursor"/>; an empty cursor starts at the beginning. WeChat tells no total.</summary>
    /// <exception cref="WeChatApiException"><see cref="Reaction.BadOpenId"/> means the cursor.</exception>
    public Task<OpenIdPage> ListTaggedAsync(int tagId, string cursor, CancellationToken cancellationToken) =>
        CallAsync(WeChatApi.TagGet, "", JsonSerializer.SerializeToUtf8Bytes(new { tagid = tagId, next_openid = cursor }, AsWritten), AnswerReader.ReadTaggedPage, cancellationToken);

    /// <summary>A page of the blacklist, of whatever size WeChat gives, after <paramref name="cursor"/>; an empty cursor starts at the beginning.</summary>
    public Task<OpenIdPage> ListBlacklistAsync(string cursor, CancellationToken cancellationToken) =>
        CallAsync(WeChatApi.Blacklist, "", JsonSerializer.SerializeToUtf8Bytes(new { begin_openid = cursor }, AsWritten), AnswerReader.ReadOpenIdPage, cancellationToken);

    /// <summary>What openids of an account that was migrated to this one are here; up to 100 of them. WeChat answers from the end of the migration on, for 15 days.</summary>
    /// <param name="from">The old account, as WeChat calls it: AppID, or original ID (<c>gh_…</c>).</param>
    /// <param name="openIds">Different openids of the old account.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="WeChatApiException"><see cref="Reaction.BadOpenId"/>: at least one of the openids is refused and WeChat does not say which.</exception>
    public Task<IReadOnlyList<OpenIdChange>> ChangeOpenIdsAsync(string from, IReadOnlyList<string> openIds, CancellationToken cancellationToken) => CallAsync(
        WeChatApi.ChangeOpenId,
        "",
        JsonSerializer.SerializeToUtf8Bytes(new { from_appid = from, openid_list = openIds }, AsWritten),
        (api, body) => AnswerReader.ReadRows(api, body, "result_list", OpenIdChange.Read),
        cancellationToken);

    /// <summary>WeChat's own books on who came and went, for up to seven days; one row a day and way of finding the account.</summary>
    public Task<IReadOnlyList<DatacubeDay>> GetUserSummaryAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        GetDaysAsync(WeChatApi.UserSummary, first, last, cancellationToken);

    /// <summary>WeChat's own books on how many followed, for up to seven days.</summary>
    public Task<IReadOnlyList<DatacubeDay>> GetUserCumulateAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        GetDaysAsync(WeChatApi.UserCumulate, first, last, cancellationToken);

    /// <summary>The account's daily limit of an API and what is left of it today.</summary>
    /// <param name="cgiPath">Path of the API, one of <see cref="WeChatApi"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<QuotaAnswer> GetQuotaAsync(string cgiPath, CancellationToken cancellationToken) =>
        CallAsync(WeChatApi.QuotaGet, "", JsonSerializer.SerializeToUtf8Bytes(new { cgi_path = cgiPath }, AsWritten), AnswerReader.ReadQuota, cancellationToken);

    /// <summary>The API's quota; null when WeChat does not tell, whatever it answers instead. That it does not answer at all, or takes no token, stops the calls that would follow too.</summary>
    /// <exception cref="WeChatApiException">WeChat is away, or the account cannot be called.</exception>
    public async Task<QuotaAnswer?> AskQuotaAsync(string api, CancellationToken cancellationToken)
    {
        try
        {
            return await GetQuotaAsync(api, cancellationToken) is { TellsLimit: true } quota ? quota : null;
        }
        catch (WeChatApiException exception) when (exception is { Api: WeChatApi.QuotaGet, IsUnreachable: false, IsLeftAlone: false, Reaction: not Reaction.RefreshToken })
        {
            return null;
        }
    }

    private Task<IReadOnlyList<DatacubeDay>> GetDaysAsync(string api, DateOnly first, DateOnly last, CancellationToken cancellationToken) => CallAsync(
        api,
        "",
        JsonSerializer.SerializeToUtf8Bytes(new { begin_date = Day(first), end_date = Day(last) }, AsWritten),
        (path, body) => AnswerReader.ReadRows(path, body, "list", DatacubeDay.Read),
        cancellationToken);

    private BatchAnswer ReadBatch(string api, ReadOnlySpan<byte> body) => AnswerReader.ReadBatch(api, body, transport.LatestNow);

    private BatchAnswer ReadPart(string api, ReadOnlySpan<byte> body)
    {
        try
        {
            return ReadBatch(api, body);
        }
        catch (WeChatApiException exception) when (exception.IsBroken)
        {
            throw exception.ForGood();
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<T> CallAsync<T>(
        string api, string query, byte[]? content, AnswerParser<T> read, CancellationToken cancellationToken)
    {
        calls.RequireAllowed(api);
        if (Budget is { } budget && api != WeChatApi.QuotaGet)
            await budget.TakeAsync(api, stop => AskQuotaAsync(api, stop), cancellationToken);

        string token = await tokens.GetAsync(calls, cancellationToken);
        try
        {
            return await CallWithAsync(token, api, query, content, read, cancellationToken);
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.RefreshToken)
        {
            string next = await tokens.ReplaceAsync(calls, token, exception, cancellationToken);
            return await CallAgainAsync(next, isNew: next != token, api, query, content, read, cancellationToken);
        }
    }

    private async Task<T> CallAgainAsync<T>(
        string token, bool isNew, string api, string query, byte[]? content, AnswerParser<T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await CallWithAsync(token, api, query, content, read, cancellationToken);
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.RefreshToken)
        {
            throw exception.Because(isNew ? await conflicts.ExplainAsync(calls.Account, cancellationToken) : TokenConflicts.ExplainGivenOut(calls.Account));
        }
    }

    private Task<T> CallWithAsync<T>(
        string token, string api, string query, byte[]? content, AnswerParser<T> read, CancellationToken cancellationToken) =>
        calls.Resilience.ExecuteAsync(
            calls.Counts,
            pace,
            async attempt =>
            {
                await calls.RequireTurn(attempt);
                await ReserveAsync(api, attempt);
                calls.Counts.CountCall(api);
                return await transport.CallAsync(api, "?access_token=" + Uri.EscapeDataString(token) + query, content, read, attempt);
            },
            cancellationToken);

    private async ValueTask ReserveAsync(string api, CancellationToken cancellationToken)
    {
        if (Budget is not { } budget || Reserve is not { } reserve)
            return;
        await budget.ReserveAsync(
            api,
            () => calls.Counts.IsReserved(api),
            async () =>
            {
                (long made, DateOnly day) = await reserve(api, ReservedAtOnce, cancellationToken);
                calls.Counts.Reserved(api, ReservedAtOnce, day);
                return made;
            },
            cancellationToken);
    }

    private byte[] BatchBody(IReadOnlyList<string> openIds)
    {
        var body = new ArrayBufferWriter<byte>(64 * openIds.Count + 32);
        using var json = new Utf8JsonWriter(body, PlainText);
        json.WriteStartObject();
        json.WriteStartArray("user_list"u8);
        foreach (string openId in openIds)
        {
            json.WriteStartObject();
            json.WriteString("openid"u8, openId);
            json.WriteString("lang"u8, calls.Account.Language);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }
}
