using System.Text.RegularExpressions;
using FollowerSync.Languages;

namespace FollowerSync.WeChat.Errors;

/// <summary>A call to WeChat that did not succeed: what it answered, and the reaction that is due.</summary>
internal sealed partial class WeChatApiException : SentenceException
{
    private WeChatApiException(string api, ErrorReaction due, int? errorCode, string? errorText, Sentence text, Exception? cause)
        : base(text, cause)
    {
        Api = api;
        Due = due;
        ErrorCode = errorCode;
        ErrorText = errorText;
    }

    /// <summary>Path of the API, without its query.</summary>
    public string Api { get; }

    public ErrorReaction Due { get; }

    public Reaction Reaction => Due.Reaction;

    /// <summary>WeChat's return code; null when the answer carried none.</summary>
    public int? ErrorCode { get; }

    /// <summary>WeChat's own words, as far as they can be shown (<see cref="Errors.ErrorText"/>).</summary>
    public string? ErrorText { get; }

    /// <summary>WeChat's request id, which its support asks for; null when the answer carried none.</summary>
    public string? RequestId => ErrorText is { } text && RidPattern().Match(text) is { Success: true } match ? match.Groups["rid"].Value : null;

    /// <summary>The address from which WeChat sees this machine call, as told by 40164; null = not told.</summary>
    public string? CallerAddress => ErrorCode == WeChatErrorCode.AddressNotAllowed && ErrorText is { } text && CallerPattern().Match(text) is { Success: true } match ? match.Groups["ip"].Value : null;

    /// <summary>Whether nothing came back at all, so that there is no use in calling another API.</summary>
    public bool IsUnreachable { get; private init; }

    /// <summary>Whether the answer begins as WeChat's do and cannot be read to its end.</summary>
    public bool IsBroken { get; private init; }

    /// <summary>Whether one of the people asked about may be the cause: WeChat does not quote a name rightly, say, or has a code for somebody that nobody knows.</summary>
    public bool MayBeAboutOne => Api is WeChatApi.BatchGet or WeChatApi.UserInfo && (IsBroken || (ErrorCode is not null && Reaction == Reaction.Bug));

    /// <summary>Whether it is remembered (<see cref="ApiStop"/>), so that nobody calls for a while.</summary>
    public bool AsksToBeLeftAlone => (ErrorCode is not null || Due.IsSetting) && Reaction is Reaction.QuotaSpent or Reaction.StopAccount;

    /// <summary>Whether no call was made, because an earlier one is remembered.</summary>
    public bool IsLeftAlone { get; private init; }

    /// <summary>An answer with a return code other than 0.</summary>
    /// <param name="api">Path of the API.</param>
    /// <param name="errorCode">The code.</param>
    /// <param name="errmsg">The words that came with it; no more of them is kept than can be shown.</param>
    /// <param name="due">What to do about it.</param>
    public static WeChatApiException FromCode(string api, int errorCode, string errmsg, ErrorReaction due)
    {
        string words = Errors.ErrorText.Of(errmsg);
        Sentence who = IsForeign(api) ? ((Sentence)"the token service").Capitalised() : "WeChat";
        Sentence remedy = IsForeign(api) ? (Sentence)$"{due.Remedy} {CheckTokenService}" : due.Remedy;
        return new(api, due, errorCode, words, $"{who} answered {errorCode} to {api}: {due.Meaning} (\"{words}\"). {remedy}{SeenFrom(words)}", cause: null);
    }

    /// <summary>No usable answer: HTTP status, time-out, or a body that is not the expected JSON.</summary>
    /// <param name="api">Path of the API.</param>
    /// <param name="what">What came instead, in our own words: never a part of it.</param>
    /// <param name="isBroken">Whether it began as an answer.</param>
    public static WeChatApiException NoAnswer(string api, Sentence what, bool isBroken = false)
    {
        ErrorReaction due = IsForeign(api) ? NoTokenDue : NoAnswerDue;
        return new(api, due, errorCode: null, errorText: null, $"No usable answer from {(IsForeign(api) ? (Sentence)"the token service" : "WeChat")} to {api}: {what}. {due.Remedy}", cause: null) { IsBroken = isBroken };
    }

    /// <summary>Nothing came back: the network, or the host is dead.</summary>
    public static WeChatApiException Unreachable(string api, Sentence what)
    {
        WeChatApiException answer = NoAnswer(api, what);
        return new(api, answer.Due, errorCode: null, errorText: null, answer.Text, cause: null) { IsUnreachable = true };
    }

    /// <summary>The customer's own token service does not take the key it was asked with.</summary>
    /// <param name="api">Its address.</param>
    /// <param name="what">How it refused.</param>
    public static WeChatApiException KeyRefused(string api, Sentence what) =>
        new(api, KeyRefusedDue, errorCode: null, errorText: null, $"The token service at {api} refused: {what}. {KeyRefusedDue.Remedy}", cause: null);

    /// <summary>The cache in which another program keeps the token has none. It may be there in a moment, as whoever writes it may be about to.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="what">What is there instead.</param>
    /// <param name="remedy">What a person does about it.</param>
    public static WeChatApiException NoTokenInCache(string cache, Sentence what, Sentence remedy) =>
        new(cache, new(Reaction.Retry, "no token in the cache", remedy), errorCode: null, errorText: null, $"No token from {cache}: {what}. {remedy}", cause: null);

    /// <summary>The cache does not answer, or does not take the login.</summary>
    public static WeChatApiException CacheFailed(string cache, Sentence text, bool isLogin)
    {
        Sentence remedy = isLogin ? (Sentence)" A corrected WeChat:Accounts:TokenRedis:Connection in the settings file or a secret file is used at once, without a restart." : "";
        ErrorReaction due = new(isLogin ? Reaction.StopAccount : Reaction.Retry, "the cache with the token failed", remedy, IsSetting: isLogin);
        return new(cache, due, errorCode: null, errorText: null, $"No token from the cache: {text}{remedy}", cause: null) { IsUnreachable = !isLogin };
    }

    /// <summary>A rule of our own forbids the call.</summary>
    public static WeChatApiException Refused(string api, Reaction reaction, Sentence why, Sentence remedy) =>
        new(api, new(reaction, why, remedy), errorCode: null, errorText: null, $"{api} was not called: {why}. {remedy}", cause: null);

    /// <summary>WeChat refused a token to another program that shares it.</summary>
    public static WeChatApiException RefusedElsewhere() => FromCode("(a call of another program)", WeChatErrorCode.InvalidCredential, "", ErrorReactions.Of(WeChatErrorCode.InvalidCredential));

    /// <summary>An API that is left alone until a later time.</summary>
    public static WeChatApiException Stopped(string api, ApiStop stop) => Refused(
        api,
        stop.Api == ApiStop.All ? Reaction.StopAccount : Reaction.QuotaSpent,
        $"it is left alone until {stop.Until:yyyy-MM-dd HH:mm} UTC, because on {stop.StoppedAt:yyyy-MM-dd HH:mm} UTC this happened",
        $"{stop.Reason} {stop.WhatEndsIt}").LeftAlone();

    /// <summary>The same failure with its likely cause.</summary>
    public WeChatApiException Because(Sentence cause) => new(Api, Due, ErrorCode, ErrorText, $"{Text} {cause}", this) { IsUnreachable = IsUnreachable };

    /// <summary>The same failure, when it is not to be repeated.</summary>
    public WeChatApiException ForGood() => new(Api, Due with { Reaction = Reaction.Bug }, ErrorCode, ErrorText, Text, cause: null) { IsBroken = IsBroken };

    private WeChatApiException LeftAlone() => new(Api, Due, ErrorCode, ErrorText, Text, cause: null) { IsLeftAlone = true };

    private static readonly ErrorReaction NoAnswerDue = new(
        Reaction.Retry, "no usable answer", "Check the network, a proxy in between, and WeChat:BaseAddress.");

    private static readonly Sentence CheckTokenService = "Check WeChat:Accounts:TokenAddress and the token service there.";

    private static readonly ErrorReaction NoTokenDue = new(Reaction.Retry, "no usable answer", CheckTokenService);

    private static readonly ErrorReaction KeyRefusedDue = new(
        Reaction.StopAccount, "the token service refused the key", "Check WeChat:Accounts:TokenBearer. A corrected one in the settings file or a secret file is used at once, without a restart.", IsSetting: true);

    // What is called by its address and not by its path is the customer's own token service.
    public static bool IsForeign(string api) => api.StartsWith("http", StringComparison.Ordinal);

    // 40164 names the caller's address in the middle of its text; it is what the administrator has to copy.
    private static Sentence SeenFrom(string errorText) =>
        CallerPattern().Match(errorText) is { Success: true } match ? (Sentence)$" WeChat sees this server as {match.Groups["ip"].Value}." : "";

    [GeneratedRegex(@"rid:?\s*(?<rid>[0-9a-zA-Z-]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex RidPattern();

    [GeneratedRegex(@"\binvalid ip (?<ip>[0-9a-fA-F.:]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex CallerPattern();
}
