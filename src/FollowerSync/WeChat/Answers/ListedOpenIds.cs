using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>The <c>data</c> of a page of a list, as it is read: openids, and what stands among them and cannot be one.</summary>
internal sealed class ListedOpenIds
{
    /// <summary>A cursor is WeChat's to choose; this much of one can be sent back.</summary>
    private const int LongestCursor = 512;

    /// <summary>Ten times as many as a page holds; more would only take memory.</summary>
    private const int MostOpenIds = 100_000;

    private readonly List<string> _openIds = [];
    private readonly HashSet<ImpossibleOpenId> _impossible = [];

    // A cursor is the last openid of the page, so one behind a blank is blank without being the end.
    private bool _endsBlank;

    /// <summary>Reads the object that the reader is at.</summary>
    /// <returns>Whether it is one.</returns>
    public bool ReadData(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isList = JsonText.IsName(ref reader, "openid"u8);
            reader.Read();
            if (isList && reader.TokenType == JsonTokenType.StartArray)
                ReadOpenIds(ref reader);
            else
                reader.Skip();
        }

        return true;
    }

    /// <summary>The page, with a cursor that can be sent back: where WeChat's cannot, that of the last openid, which means the same.</summary>
    /// <param name="total">Openids in the whole list.</param>
    /// <param name="count">Openids WeChat says are in the page.</param>
    /// <param name="next">WeChat's cursor.</param>
    public OpenIdPage ToPage(long total, long? count, string? next)
    {
        bool isEnd = string.IsNullOrWhiteSpace(next) && !_endsBlank;
        string cursor = isEnd ? "" : Identifier.Of(next, LongestCursor) ?? _openIds.LastOrDefault() ?? "";
        return new OpenIdPage(total, count ?? _openIds.Count + _impossible.Count, _openIds, cursor) { Impossible = [.. _impossible] };
    }

    private void ReadOpenIds(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonTokenType kind = reader.TokenType;
            string listed = JsonText.ReadRawText(ref reader) ?? (kind is JsonTokenType.String or JsonTokenType.Null ? "" : kind.ToString());
            if (kind is JsonTokenType.String or JsonTokenType.Number && Identifier.Of(listed, Identifier.LongestOpenId) is { } openId)
                _openIds.Add(openId);
            else if (!string.IsNullOrWhiteSpace(listed))
                _impossible.Add(ImpossibleOpenId.Of(listed));
            _endsBlank = string.IsNullOrWhiteSpace(listed);
            if (_openIds.Count + _impossible.Count > MostOpenIds)
                throw new JsonException("More openids than a page holds.");
        }
    }
}
