using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary>Writes a page of openids as the list calls do.</summary>
internal static class ListJson
{
    public static void Write(ApiCall call, ReadOnlySpan<long> page, long? total, string? cursor)
    {
        BodyBuffer body = call.Answer;
        bool emptyFirst = ListFaults.HasEmptyFirst(call) && !page.IsEmpty;
        call.OpenIds = page.Length;
        body.Raw("{"u8);
        if (total is { } known)
        {
            body.Raw("\"total\":"u8);
            body.Number(known);
            body.Raw(","u8);
        }
        body.Raw("\"count\":"u8);
        body.Number(page.Length + (emptyFirst ? 1 : 0));
        if (!page.IsEmpty)
            WriteOpenIds(body, call.Account.Book, page, emptyFirst);
        WriteCursor(call, page, ListFaults.NextCursor(call, cursor));
        body.Raw("}"u8);
    }

    private static void WriteOpenIds(BodyBuffer body, FollowerBook book, ReadOnlySpan<long> page, bool emptyFirst)
    {
        body.Raw(emptyFirst ? ",\"data\":{\"openid\":[\"\","u8 : ",\"data\":{\"openid\":["u8);
        foreach (long index in page)
        {
            body.Raw("\""u8);
            book.WriteOpenId(index, body);
            body.Raw("\","u8);
        }
        body.Truncate(body.Length - 1);
        body.Raw("]}"u8);
    }

    // The last page with data names its last openid as cursor too; only the empty page behind it has none.
    private static void WriteCursor(ApiCall call, ReadOnlySpan<long> page, string? wrong)
    {
        string next = wrong ?? (page.IsEmpty ? "" : call.Account.Book.OpenIdAt(page[^1]));
        if (call.Page > 0 && next.Length > 0 && wrong is null)
            call.Account.Pages.Remember(next, call.Page + 1);
        call.Answer.Raw(",\"next_openid\":"u8);
        call.Answer.Text(next);
    }
}
