using System.Text.Json;
using System.Text.Json.Serialization;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Alerts.Texts;

/// <summary>What the texts of an alert are made of, in whatever language. Stored as it is: nothing of any person and no secret may enter, so no text of
/// foreign origin does.</summary>
internal sealed record AlertFacts
{
    private static readonly JsonSerializerOptions Stored = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Name of the account; empty when the alert is about none.</summary>
    public string Account { get; init; } = "";

    public string AppId { get; init; } = "";

    public long? RunId { get; init; }

    public AlertCause Cause { get; init; }

    /// <summary>WeChat's return code.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Whether it answered so to a call for a token, where the same code can mean something else.</summary>
    public bool IsTokenCall { get; init; }

    /// <summary>Whether it was to a call for the account's token, so that a newer one shows that it is over.</summary>
    public bool IsOverByToken { get; init; }

    /// <summary>When it last failed so.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>WeChat's request id.</summary>
    public string? RequestId { get; init; }

    /// <summary>The address WeChat sees this server by.</summary>
    public string? SeenAs { get; init; }

    /// <summary>Whether the worker tries again by itself before the schedule's next time.</summary>
    public bool IsTriedAgain { get; init; }

    /// <summary>People held, openids refused, tokens replaced, or how many more followers WeChat's books tell.</summary>
    public long? Count { get; init; }

    /// <summary>Of how many.</summary>
    public long? Of { get; init; }

    /// <summary>The last success, or the day of WeChat's books.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What the code means, and what to do.</summary>
    public ErrorReaction ReactionTo(int code) => IsTokenCall ? ErrorReactions.OfTokenCall(code) : ErrorReactions.Of(code);

    public string ToJson() => JsonSerializer.Serialize(this, Stored);

    public static AlertFacts OfJson(string json) => JsonSerializer.Deserialize<AlertFacts>(json, Stored) ?? new AlertFacts();
}

/// <summary>Why a run failed, as far as its record tells.</summary>
internal enum AlertCause
{
    Unknown,

    /// <summary>WeChat answered with <see cref="AlertFacts.ErrorCode"/>.</summary>
    Code,

    /// <summary>WeChat, or the token service, did not answer.</summary>
    NoAnswer,

    /// <summary>The database failed.</summary>
    Database,

    /// <summary>The process died.</summary>
    Died,

    /// <summary>A fault of the program.</summary>
    Program,

    /// <summary>Calls are left to other systems.</summary>
    Reserve,
}
