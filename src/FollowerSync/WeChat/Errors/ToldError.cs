using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using FollowerSync.Languages;

namespace FollowerSync.WeChat.Errors;

/// <summary>WeChat's answer as a stored text tells of it (<see cref="WeChatApiException.FromCode"/> makes the text).</summary>
/// <param name="Api">Path of the API.</param>
/// <param name="Errcode">WeChat's return code.</param>
/// <param name="Rid">WeChat's request id, which its support asks for; null when the answer carried none.</param>
/// <param name="Meaning">What the code means.</param>
/// <param name="Remedy">What a person does about it.</param>
internal sealed partial record ToldError(string Api, int Errcode, string? Rid, Sentence Meaning, Sentence Remedy)
{
    private const string TokenApis = "token";

    /// <summary>Whether it was a call for a token, where the same code can mean something else.</summary>
    [JsonIgnore]
    public bool IsTokenCall => IsOfTokens(Api);

    /// <summary>The first answer in the text; null when it tells of none.</summary>
    public static ToldError? Of(string? text)
    {
        if (text is null || AnswerPattern().Match(text) is not { Success: true } answer || !int.TryParse(answer.Groups["code"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int code))
            return null;

        string api = answer.Groups["api"].Value;
        // Up to where another answer is told of: the request id behind that is not this one's.
        int end = answer.NextMatch() is { Success: true } next ? next.Index : text.Length;
        string? rid = RidPattern().Match(text[..end], answer.Index) is { Success: true } found ? found.Groups["rid"].Value : null;
        ErrorReaction due = IsOfTokens(api) ? ErrorReactions.OfTokenCall(code) : ErrorReactions.Of(code);
        return new ToldError(api, code, rid, due.Meaning, due.Remedy);
    }

    private static bool IsOfTokens(string api) => api.EndsWith(TokenApis, StringComparison.Ordinal);

    [GeneratedRegex(@"\banswered (?<code>-?[0-9]{1,9}) to (?<api>\S+): ", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 500)]
    private static partial Regex AnswerPattern();

    [GeneratedRegex(@"\brid:?\s*(?<rid>[0-9a-zA-Z-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 500)]
    private static partial Regex RidPattern();
}
