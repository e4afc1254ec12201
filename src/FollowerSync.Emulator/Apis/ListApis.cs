using System.Buffers;
using System.Text.Json;

namespace FollowerSync.Emulator;

/// <summary><c>user/get</c>, <c>user/tag/get</c> and <c>getblacklist</c>: openids in pages behind a cursor.</summary>
internal sealed class ListApis(EmulatorOptions options)
{
    public WeChatError? Followers(ApiCall call) =>
        Page(call, call.Query("next_openid"), options.PageSize, call.Account.Total, ListFilter.All, 0, WeChatError.InvalidOpenId);

    public WeChatError? Tagged(ApiCall call)
    {
        if (!call.Json.TryGetProperty("tagid", out JsonElement tag) || tag.ValueKind != JsonValueKind.Number || !tag.TryGetInt32(out int tagId) || TagBook.TagIndex(tagId) < 0)
            return WeChatError.InvalidTagId;
        return Page(call, call.Field("next_openid"), options.PageSize, null, ListFilter.Tag, tagId, WeChatError.InvalidOpenId);
    }

    public WeChatError? Blacklist(ApiCall call) =>
        Page(call, call.Field("begin_openid"), options.BlacklistPageSize, call.Account.Statistics.Read().Blacklisted, ListFilter.Blacklisted, 0, WeChatError.ForeignOpenId);

    private WeChatError? Page(ApiCall call, string? cursor, int size, long? total, ListFilter filter, int argument, WeChatError badCursor)
    {
        FollowerBook book = call.Account.Book;
        long position = 0;
        if (!string.IsNullOrEmpty(cursor))
        {
            long index = book.IndexOf(cursor);
            if (index < 0 || (options.RefuseCursorOfDeparted && !book.IsListed(index, book.Epoch)))
                return badCursor;
            position = book.Population.PositionOf(index) + 1;
        }
        long[] page = ArrayPool<long>.Shared.Rent(size);
        int count = call.Account.Listing.Read(position, page.AsSpan(0, size), filter, argument);
        Write(call, book, page.AsSpan(0, count), total);
        ArrayPool<long>.Shared.Return(page);
        return null;
    }

    private static void Write(ApiCall call, FollowerBook book, ReadOnlySpan<long> page, long? total)
    {
        BodyBuffer body = call.Answer;
        call.OpenIds = page.Length;
        body.Raw("{"u8);
        if (total is { } known)
        {
            body.Raw("\"total\":"u8);
            body.Number(known);
            body.Raw(","u8);
        }
        body.Raw("\"count\":"u8);
        body.Number(page.Length);
        if (!page.IsEmpty)
            WriteOpenIds(body, book, page);
        // The last page with data names its last openid as cursor too; only the empty page behind it has none.
        body.Raw(",\"next_openid\":\""u8);
        if (!page.IsEmpty)
            book.WriteOpenId(page[^1], body);
        body.Raw("\"}"u8);
    }

    private static void WriteOpenIds(BodyBuffer body, FollowerBook book, ReadOnlySpan<long> page)
    {
        body.Raw(",\"data\":{\"openid\":["u8);
        foreach (long index in page)
        {
            body.Raw("\""u8);
            book.WriteOpenId(index, body);
            body.Raw("\","u8);
        }
        body.Truncate(body.Length - 1);
        body.Raw("]}"u8);
    }
}
