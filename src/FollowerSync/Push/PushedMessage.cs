using System.Globalization;
using System.Text;
using FollowerSync.Arrivals;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.Push;

/// <summary>What a message of WeChat means for the inbox.</summary>
internal static class PushedMessage
{
    private const string Event = "event";
    private const int LongestKind = 64;
    private const int LongestKey = 1024;

    private static readonly string[] Privacy = [ArrivalKinds.InfoModified, ArrivalKinds.Revoked, ArrivalKinds.Cancelled];

    // Reports on what was sent out: as many as people it was sent to, and no reason to ask about any of them.
    private static readonly string[] Reports = ["jobfinish", "_sent_event", "_popup_event", "_change_event"];

    /// <summary>Reads the fields of a message whose signature and account were checked.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="appId">The account.</param>
    /// <param name="fingerprint">Tells the message from all others of the account.</param>
    /// <param name="isTrusted">Whether the signature covers all of it; of what is not trusted only who and which kind is taken.</param>
    /// <param name="isPossible">Whether something can have happened at a time already.</param>
    public static PushVerdict Read(PushFields fields, string appId, byte[] fingerprint, bool isTrusted, Func<DateTimeOffset, bool> isPossible)
    {
        if (fields["MsgType"] is not { } type)
            return PushOutcome.Malformed;
        // What somebody writes to the bot is no news about the follower, and a busy bot would spend the day's calls on it.
        if (!type.Equals(Event, StringComparison.OrdinalIgnoreCase))
            return PushOutcome.Ignored;
        if (fields["Event"]?.ToLowerInvariant() is not { Length: <= LongestKind } kind || !kind.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            return PushOutcome.Malformed;
        if (Array.Exists(Reports, kind.EndsWith))
            return PushOutcome.Ignored;
        if (fields["AppID"] is { } named && !named.Equals(appId, StringComparison.OrdinalIgnoreCase))
            return PushOutcome.Foreign;
        if (OpenId(fields, kind) is not { } openId)
            return PushOutcome.ImpossibleOpenId;

        string? key = isTrusted ? Key(fields[kind == ArrivalKinds.Revoked ? "RevokeInfo" : "EventKey"]) : null;
        DateTimeOffset? happenedAt = isTrusted && Time(fields["CreateTime"]) is { } time && isPossible(time) ? time : null;
        return new PushVerdict(PushOutcome.Stored, new Arrival(appId, fingerprint, openId, kind, key, happenedAt, ArrivalSource.Push, isTrusted));
    }

    // A privacy event is sent by the platform and names the person elsewhere, or not at all.
    private static string? OpenId(PushFields fields, string kind) => Privacy.Contains(kind, StringComparer.Ordinal)
        ? fields["OpenID"] is { } named ? Identifier.Of(named, Identifier.LongestOpenId) : ""
        : Identifier.Of(fields["FromUserName"], Identifier.LongestOpenId);

    // As text that PostgreSQL can hold.
    private static string? Key(string? text)
    {
        if (text is null)
            return null;
        string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal);
        return whole.Length == 0 ? null : whole.Length <= LongestKey ? whole : whole[..(char.IsHighSurrogate(whole[LongestKey - 1]) ? LongestKey - 1 : LongestKey)];
    }

    private static DateTimeOffset? Time(string? seconds) =>
        long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out long since) && since > 0 && since < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(since) : null;
}
