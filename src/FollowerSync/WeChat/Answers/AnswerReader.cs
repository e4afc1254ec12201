using System.Text;
using System.Text.Json;
using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;
using FollowerSync.Languages;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Answers;

/// <summary>Turns the body of an answer into what it says, or into the error it says.</summary>
internal static class AnswerReader
{
    public static OpenIdPage ReadOpenIdPage(string api, ReadOnlySpan<byte> body) =>
        Read(api, body, static (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) => ReadPage(ref reader, hasTotal: true));

    /// <summary>A page of a list that WeChat tells no total of; what it has in the place of one means nothing.</summary>
    public static OpenIdPage ReadTaggedPage(string api, ReadOnlySpan<byte> body) =>
        Read(api, body, static (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) => ReadPage(ref reader, hasTotal: false));

    /// <summary>People, however many.</summary>
    /// <param name="api">Path of the API; names it in errors.</param>
    /// <param name="body">Body of the answer.</param>
    /// <param name="now">The latest that it can be now.</param>
    public static BatchAnswer ReadBatch(string api, ReadOnlySpan<byte> body, DateTimeOffset now) => Read(api, body, (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) =>
    {
        BatchAnswer? answer = null;
        var error = new ErrorFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "user_info_list"u8))
                answer = ReadProfiles(ref reader, document, now);
            else
                error.Read(ref reader);
        }

        return (answer, error);
    });

    /// <summary>One person.</summary>
    /// <param name="api">Path of the API; names it in errors.</param>
    /// <param name="body">Body of the answer.</param>
    /// <param name="now">The latest that it can be now.</param>
    public static FollowerProfile ReadProfile(string api, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        ThrowOnError(api, body, isTokenCall: false);
        return Read<FollowerProfile>(api, body, (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) => (ProfileReader.Read(ref reader, document, new BinaryRows(), now, isAlone: true), default));
    }

    public static AccessToken ReadToken(string api, ReadOnlySpan<byte> body) => Read(api, body, (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) =>
    {
        string? token = null;
        long? seconds = null;
        var error = new ErrorFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "access_token"u8))
                token = JsonText.ReadText(ref reader);
            else if (Is(ref reader, "expires_in"u8))
                seconds = JsonText.ReadInteger(ref reader);
            else
                error.Read(ref reader);
        }

        bool isError = error.Code is not (null or WeChatErrorCode.Ok);
        return (isError || token is null || seconds is null ? null : TokenRule.Checked(api, token, seconds.Value), error);
    }, isTokenCall: true);

    public static QuotaAnswer ReadQuota(string api, ReadOnlySpan<byte> body) => Read(api, body, static (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) =>
    {
        Dictionary<string, long> quota = [];
        var error = new ErrorFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "quota"u8))
                ReadNumbers(ref reader, quota);
            else
                error.Read(ref reader);
        }

        QuotaAnswer? answer = quota.TryGetValue("daily_limit", out long limit)
            ? new QuotaAnswer(limit, Told("used"), Told("remain"))
            : null;
        return (answer, error);

        long? Told(string name) => quota.TryGetValue(name, out long number) ? number : null;
    });

    /// <summary>The objects of the array that the answer has under a name; one that makes no sense is left out, and null in the place of the array is an empty one.</summary>
    /// <param name="api">Path of the API; names it in errors.</param>
    /// <param name="body">Body of the answer.</param>
    /// <param name="property">Name of the array.</param>
    /// <param name="readRow">Reads one object.</param>
    public static IReadOnlyList<T> ReadRows<T>(string api, ReadOnlySpan<byte> body, string property, JsonRowReader<T> readRow)
        where T : class => Read(api, body, (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) =>
    {
        List<T>? rows = null;
        var error = new ErrorFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Is(ref reader, Encoding.UTF8.GetBytes(property)))
                error.Read(ref reader);
            else if (reader.TokenType == JsonTokenType.StartArray)
                rows = ReadArray(ref reader, readRow);
            else if (reader.TokenType == JsonTokenType.Null)
                rows = [];
            else
                reader.Skip();
        }

        return (rows, error);
    });

    /// <summary>The answer as one object.</summary>
    /// <param name="api">Path of the API; names it in errors.</param>
    /// <param name="body">Body of the answer.</param>
    /// <param name="readRow">Reads it.</param>
    /// <param name="isTokenCall">Whether the AppSecret is what it was asked with.</param>
    public static T ReadOne<T>(string api, ReadOnlySpan<byte> body, JsonRowReader<T> readRow, bool isTokenCall)
        where T : class
    {
        ThrowOnError(api, body, isTokenCall);
        return Read(api, body, (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) => (readRow(ref reader), default(ErrorFields)));
    }

    /// <summary>Ten times as many people as one call can ask for; more would only take memory.</summary>
    private const int MostProfiles = 1_000;

    private delegate (T? Answer, ErrorFields Error) BodyReader<T>(ref Utf8JsonReader reader, ReadOnlySpan<byte> document)
        where T : class;

    private static void ThrowOnError(string api, ReadOnlySpan<byte> body, bool isTokenCall) => Read(api, body, static (ref Utf8JsonReader reader, ReadOnlySpan<byte> document) =>
    {
        var error = new ErrorFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            error.Read(ref reader);
        return ("", error);
    }, isTokenCall);

    private static T Read<T>(string api, ReadOnlySpan<byte> body, BodyReader<T> read, bool isTokenCall = false)
        where T : class
    {
        (T? answer, ErrorFields error) = ReadTolerantly(api, body, read, isTokenCall);
        if (error.Code is { } code and not WeChatErrorCode.Ok)
        {
            int narrow = code is >= int.MinValue and <= int.MaxValue ? (int)code : int.MinValue;
            throw WeChatApiException.FromCode(api, narrow, error.Text ?? "", isTokenCall ? ErrorReactions.OfTokenCall(narrow) : ErrorReactions.Of(narrow));
        }

        return answer ?? throw WeChatApiException.NoAnswer(api, isTokenCall
            ? (Sentence)$"expected access_token and expires_in, got {AnswerShape.KeysOf(body)}"
            : $"the JSON lacks what was asked for: {AnswerShape.Of(body)}");
    }

    /// <summary>Reads strictly first; only a body that a strict reader refuses is mended and read again.</summary>
    private static (T? Answer, ErrorFields Error) ReadTolerantly<T>(string api, ReadOnlySpan<byte> body, BodyReader<T> read, bool isTokenCall)
        where T : class
    {
        try
        {
            return ReadObject(body, read);
        }
        catch (Exception refused) when (refused is not WeChatApiException)
        {
            try
            {
                return ReadObject(JsonText.EscapeControlBytes(body), read);
            }
            catch (Exception again) when (again is not WeChatApiException)
            {
                // The exception itself quotes what it stumbled over, and goes no further.
                Sentence what = body.IsEmpty ? "the body is empty"
                    : isTokenCall ? (Sentence)$"expected access_token and expires_in, got {AnswerShape.Of(body)}{Broken(again)}" : $"the body is not JSON: {AnswerShape.Of(body)}{Broken(again)}";
                throw WeChatApiException.NoAnswer(api, what, isBroken: body.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("{"u8));
            }
        }
    }

    private static Sentence Broken(Exception exception) => exception is JsonException { LineNumber: { } line, BytePositionInLine: { } column }
        ? $", broken in line {line + 1} at byte {column}" : Sentence.Empty;

    private static (T? Answer, ErrorFields Error) ReadObject<T>(ReadOnlySpan<byte> body, BodyReader<T> read)
        where T : class
    {
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowTrailingCommas = true });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Not an object.");

        (T?, ErrorFields) answer = read(ref reader, body);

        // Reads to the end, so that a body cut after the part of interest is not taken for a whole one.
        while (reader.Read())
        {
        }

        return answer;
    }

    private static (OpenIdPage? Page, ErrorFields Error) ReadPage(ref Utf8JsonReader reader, bool hasTotal)
    {
        long? total = null;
        long? count = null;
        var listed = new ListedOpenIds();
        string? next = null;
        bool isPage = false;
        var error = new ErrorFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "total"u8))
                total = JsonText.ReadInteger(ref reader);
            else if (Is(ref reader, "count"u8))
                count = JsonText.ReadInteger(ref reader);
            else if (Is(ref reader, "data"u8))
                isPage = listed.ReadData(ref reader) || isPage;
            else if (Is(ref reader, "next_openid"u8))
                next = JsonText.ReadRawText(ref reader);
            else
                error.Read(ref reader);
        }

        if (!hasTotal)
            total = isPage || count is not null ? 0 : null;
        return (total is { } all ? listed.ToPage(all, count, next) : null, error);
    }

    private static BatchAnswer? ReadProfiles(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, DateTimeOffset now)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var rows = new BinaryRows();
        List<FollowerProfile> profiles = new(100);
        int unreadable = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject && ProfileReader.Read(ref reader, document, rows, now, isAlone: false) is { } profile)
                profiles.Add(profile);
            else
                unreadable++;
            if (reader.TokenType is JsonTokenType.StartArray)
                reader.Skip();
            if (profiles.Count + unreadable > MostProfiles)
                throw new JsonException("More entries than anybody asked for.");
        }

        return new BatchAnswer(profiles, unreadable);
    }

    private static List<T> ReadArray<T>(ref Utf8JsonReader reader, JsonRowReader<T> readRow)
        where T : class
    {
        List<T> rows = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                reader.Skip();
            else if (readRow(ref reader) is { } row)
                rows.Add(row);
        }

        return rows;
    }

    private static void ReadNumbers(ref Utf8JsonReader reader, Dictionary<string, long> numbers)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            if (JsonText.ReadInteger(ref reader) is { } number)
                numbers[name] = number;
        }
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => JsonText.IsName(ref reader, name) && reader.Read();

    private static void SkipProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private struct ErrorFields
    {
        public long? Code;
        public string? Text;

        public void Read(ref Utf8JsonReader reader)
        {
            if (Is(ref reader, "errcode"u8))
                Code = JsonText.ReadInteger(ref reader);
            else if (Is(ref reader, "errmsg"u8))
                Text = JsonText.ReadText(ref reader);
            else
                SkipProperty(ref reader);
        }
    }
}
