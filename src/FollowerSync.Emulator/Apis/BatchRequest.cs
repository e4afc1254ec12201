using System.Text.Json;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Apis;

/// <summary>The body of <c>user/info/batchget</c>, read straight into indices.</summary>
internal sealed class BatchRequest
{
    public const int MaxSize = 100;

    private readonly (long Index, AnswerLanguage Language)[] _people = new (long, AnswerLanguage)[MaxSize];

    public int Size { get; private set; }

    public bool HasInvalidOpenId { get; private set; }

    public ReadOnlySpan<(long Index, AnswerLanguage Language)> People => _people.AsSpan(0, Size);

    /// <exception cref="JsonException">The body is not JSON.</exception>
    /// <exception cref="InvalidOperationException">An openid has half a surrogate pair.</exception>
    public static BatchRequest Read(ReadOnlySpan<byte> body, FollowerBook book)
    {
        BatchRequest batch = new();
        Utf8JsonReader reader = new(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The body is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool list = reader.ValueTextEquals("user_list"u8);
            reader.Read();
            if (list && reader.TokenType == JsonTokenType.StartArray)
                batch.ReadList(ref reader, book);
            else
                reader.Skip();
        }
        // Whatever stands behind the object is not JSON either.
        while (reader.Read())
        {
        }
        return batch;
    }

    /// <summary>WeChat promises no order, so the answer has another one than the request, the same every time.</summary>
    public void Shuffle()
    {
        if (Size < 2)
            return;
        Span<(long Index, AnswerLanguage Language)> people = _people.AsSpan(0, Size);
        ulong hash = (ulong)people[0].Index;
        long first = people[0].Index;
        for (int i = Size - 1; i > 0; i--)
        {
            hash = SeededHash.Mix(hash + (ulong)i);
            int other = hash.Below(i + 1);
            (people[i], people[other]) = (people[other], people[i]);
        }
        if (people[0].Index == first)
            (people[0], people[^1]) = (people[^1], people[0]);
    }

    private void ReadList(ref Utf8JsonReader reader, FollowerBook book)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long index = -1;
            AnswerLanguage language = AnswerLanguage.SimplifiedChinese;
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadPerson(ref reader, book, ref index, ref language);
            else
                reader.Skip();
            HasInvalidOpenId |= index < 0 || book.IsRefused(index);
            if (Size < MaxSize)
                _people[Size] = (index, language);
            Size++;
        }
    }

    private static void ReadPerson(ref Utf8JsonReader reader, FollowerBook book, ref long index, ref AnswerLanguage language)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool openId = reader.ValueTextEquals("openid"u8);
            bool lang = reader.ValueTextEquals("lang"u8);
            reader.Read();
            if (openId && reader.TokenType == JsonTokenType.String)
                index = reader.ValueIsEscaped ? book.IndexOf(reader.GetString() ?? "") : book.IndexOf(reader.ValueSpan);
            else if (lang && reader.TokenType == JsonTokenType.String)
                language = AnswerLanguages.Parse(reader.ValueSpan);
            else
                reader.Skip();
        }
    }
}
