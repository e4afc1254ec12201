using System.Text.Json;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Apis;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Faults;

/// <summary>Writes profiles with the faults that strike single people. The way without faults does not come through here.</summary>
internal sealed class EntryFaults(ApiCall call)
{
    private readonly FollowerBook _book = call.Account.Book;
    private readonly ProfileScratch _scratch = new();

    public static bool Concern(ApiCall call) => call.Faults.Any(rule => rule.Fault is >= FaultKind.ShiftUnionIds and <= FaultKind.UnknownFields);

    public void WriteBatch(ReadOnlySpan<(long Index, AnswerLanguage Language)> people)
    {
        int entries = 0;
        for (int i = 0; i < people.Length; i++)
        {
            (long index, AnswerLanguage language) = people[i];
            int copies = Strikes(FaultKind.MissingEntries, index) ? 0 : Strikes(FaultKind.DuplicateEntries, index) ? 2 : 1;
            for (int copy = 0; copy < copies; copy++)
                WriteEntry(index, language, people[(i + 1) % people.Length].Index, ref entries);
        }
        for (int i = 0; i < Extra(); i++)
            WriteEntry(_book.Population.IndexAt((_book.Population.PositionOf(people[0].Index) + 1 + i) % _book.Population.Size), default, -1, ref entries);
    }

    /// <summary>Writes one person as the faults leave them; the neighbour is whose unionid they get where unionids are shifted.</summary>
    public void Write(long index, AnswerLanguage language, long neighbour = -1)
    {
        byte[]? borrowed = neighbour >= 0 && Strikes(FaultKind.ShiftUnionIds, index)
            ? _book.FieldsOf(neighbour, language, _scratch).UnionId.ToArray()
            : null;
        FollowerFields person = _book.FieldsOf(index, language, _scratch);
        if (borrowed is { Length: > 0 } && !person.UnionId.IsEmpty)
            person.UnionId = borrowed;
        person.Subscribe &= !Strikes(FaultKind.FalseUnsubscribe, index);
        using BodyBuffer entry = new(1024);
        FollowerJson.Write(entry, person);
        using JsonDocument document = JsonDocument.Parse(entry.Written);
        Rewrite(document.RootElement, index);
    }

    private void WriteEntry(long index, AnswerLanguage language, long neighbour, ref int entries)
    {
        if (entries++ > 0)
            call.Answer.Raw(","u8);
        Write(index, language, neighbour);
    }

    private int Extra() => call.Fault(FaultKind.ExtraEntries) is { } extra ? extra.Count ?? 1 : 0;

    private void Rewrite(JsonElement person, long index)
    {
        bool first = true;
        foreach (JsonProperty field in person.EnumerateObject())
        {
            if (Find(FaultKind.MissingKeys, index) is { } missing && missing.Keys.Contains(field.Name))
                continue;
            call.Answer.Raw(first ? "{"u8 : ","u8);
            first = false;
            call.Answer.Text(field.Name);
            call.Answer.Raw(":"u8);
            WriteValue(field, index);
        }
        if (Strikes(FaultKind.UnknownFields, index))
            call.Answer.Raw(",\"is_emulated\":true,\"extra\":{\"list\":[1,null,{\"openid\":\"none\"}],\"text\":\"\"},\"score\":1.5e300"u8);
        call.Answer.Raw(first ? "{}"u8 : "}"u8);
    }

    private void WriteValue(JsonProperty field, long index)
    {
        bool identity = field.Name is "subscribe" or "openid";
        bool number = field.Value.ValueKind == JsonValueKind.Number;
        if (field.Name is "nickname" or "remark" && Find(FaultKind.HostileText, index) is { } hostile)
            WriteHostile(hostile.Text ?? (HostileText)SeededHash.Mix((ulong)index).Below(Enum.GetValues<HostileText>().Length));
        else if (!identity && Strikes(FaultKind.EmptyEntries, index))
            call.Answer.Raw(number ? "0"u8 : field.Value.ValueKind == JsonValueKind.Array ? "[]"u8 : "\"\""u8);
        else if (number && Strikes(FaultKind.NumbersAsStrings, index))
            call.Answer.Text(field.Value.GetRawText());
        else
            call.Answer.Raw(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(field.Value));
    }

    private void WriteHostile(HostileText text)
    {
        call.Answer.Raw("\""u8);
        call.Answer.Raw(HostileTexts.Of(text));
        call.Answer.Raw("\""u8);
    }

    private bool Strikes(FaultKind kind, long index) => Find(kind, index) is not null;

    // A share of the people is always the same people, so that a lie in a batch is the same lie in a single answer.
    private FaultRule? Find(FaultKind kind, long index)
    {
        if (call.Fault(kind) is not { } rule)
            return null;
        bool struck = rule.OpenId is { } openId
            ? _book.IndexOf(openId) == index
            : rule.Percent is not { } percent || SeededHash.Of((ulong)kind, index, 0xB0).Below(100_000) < percent * 1000;
        return struck ? rule : null;
    }
}
